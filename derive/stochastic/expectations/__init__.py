"""Feynman-Kac: expectations of data at the end of a path, with sources and killing, by closed solutions."""
