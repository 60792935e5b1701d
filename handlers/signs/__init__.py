"""异常办理迹象: ways of working that may serve the clock more than the case. Unpriced; for 考核 to look into (RP-20).

`story.py` reads what the events of a case say, `rules.py` finds the signs in them, `report.py` tells them. Nothing but
events is looked at, and who held which post then; what counts as a sign is in `thresholds.py`.
"""
