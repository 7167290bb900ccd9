"""Grading: submissions are collected, each is run apart, and each gets one file of results.

- collect, names: which files are whose, in a folder or in the zip of a learning platform
- lesson: what there is to write
- apart, inside: a process for each submission, its limits, and what it does in there
- results, weights: one file of results for each student, and the points
- table, alike: grades.csv, and functions that are equal but for their names
- pages, overview: class.html and the feedback pages, from the templates beside them
- classroom, key: all of this for a class, and first for the key
"""
