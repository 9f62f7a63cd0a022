"""Definite integrals with parameters: closed forms by many methods, each judged by an independent numeric route."""
