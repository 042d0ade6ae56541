"""The table of doors. One line per address and method: what each person is answered.

`who` is a person, a group of rows.py, or `*`; the first that fits counts. `login` is a redirect to sign-in.
Persons: mei owns the case, omar is another trader, ada and bo agents, sun supervisor, hal complaint handler,
nia mediator, eva external mediator, dan decider, rex appeal reviewer, cody compliance, fin finance, faye
editor, root administrator, ivo auditor; nobody is not signed in.
"""

TABLE = """
"""

# What a POST sends; a function gets the world.
DATA: dict = {}
# Addresses that other tests look at, and why.
ELSEWHERE: dict[str, str] = {}
