"""The view: what the lab shows of a run, drawn from one state; its Python, JavaScript and CSS."""
