"""情景: the process owner's own tests, `processes/<流程>/scenarios/*.yaml`: given, what happens, what is expected.

See processes/README.md for how a scenario is written. `playing.py` plays one from its file, `steps.py` reads a step,
`player.py` lets it happen on the company of `stage.py`, `facts.py` looks what is there, `expecting.py` compares;
`report.py` is what the command prints.
"""

from webui.scenarios.playing import Result, Row, find, play

__all__ = ["Result", "Row", "find", "play"]
