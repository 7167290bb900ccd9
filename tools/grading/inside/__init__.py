"""What happens in the process of one submission: its cells are run, and what they define is judged.

- child: the process, from its job to its end; guard: its limits
- read: the notebooks of a submission; needed: which of their cells have to run
- notebook: cells are run, and found in them what answers each exercise; shell: runs them
- nothing: stands in for figures and widgets; verdict: what the check says
"""
