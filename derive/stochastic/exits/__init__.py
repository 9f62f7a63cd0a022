"""Where and when a scalar process leaves an interval: scale and speed, ends, first passage."""
