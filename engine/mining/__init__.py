"""The event log for process-mining tools: `traces.py` reads it, `xes.py` and `ocel.py` write it.

XES is IEEE 1849-2016, OCEL is version 2.0. Both files hold codes, moments and numbers of the log, no forms, comments or
reasons; people under pseudonyms unless asked otherwise. Memory does not grow with the number of cases.
"""
