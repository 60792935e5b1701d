"""Customers by the file: staging, findings per cell, one application for all, posting row by row."""
