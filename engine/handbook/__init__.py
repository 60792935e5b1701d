"""操作手册: a procedure, and what one post does in all of them, as plain data to be printed.

Everything is computed from what governs the cases (diagram, forms, letters, policy, clauses); nothing is written twice.
"""

from engine.handbook.book import Chapter, Handbook
from engine.handbook.compose import compose
from engine.handbook.posts import ROLES, Duty, PostHandbook, of_post, roles_in

__all__ = ["ROLES", "Chapter", "Duty", "Handbook", "PostHandbook", "compose", "of_post", "roles_in"]
