"""Entry errors (SD-010 4.3): what was approved beside what is recorded, disputed, and judged by the assessor."""
