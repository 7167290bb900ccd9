"""A made-up class: results as grading writes them, for the pages."""

import random

from grading import lesson

EXERCISES = [task.key for notebook in lesson.load().values() for task in notebook.tasks]
SLIPS = {
    "count_colours": ["packs with uint8 wrap-around", "counts pixels"],
    "to_pixels": ["reshape in column order (transposed height and width)"],
    "init_centroids": ["picks K positions with twin colours", "ignores the seed"],
    "kmeans": ["update before assign", "runs one round too many"],
    "update": ["NaN for empty clusters", "counts each colour only once"],
    "assign": ["uint8 wrap-around in the difference", "argmax: takes the farthest"],
    "reconstruct": ["truncates instead of rounds", "wraps above 255"],
    "paper_bits": ["forgets the palette", "rounds the bits of a label up"],
    "psnr": ["log base e", None],
}
STUDENTS = [
    "Ada Lovelace",
    "Emmy Noether",
    "Sofja Kowalewskaja",
    "Mary Somerville",
    "Ibn al-Haytham",
    "王贞仪",
    "Марія Віноградська",
    "Γιώργος Παππάς",
    "José Ángel Núñez",
    "Nguyễn Thị Hằng",
    "עדה יונת",
    "محمد الخوارزمي",
    "अनन्या शर्मा",
    "田中 花子",
    "김민지",
    "Zoë Müller",
    "Søren Ångström",
    "Łukasz Żak",
    "O'Brien Ní Mháille",
    "Li Wei",
]
ANSWERS = {
    "right": "Right, on all 9 cases. The mean is the place with the smallest sum.",
    "wrong": "A slip: {slip}.\nSome clusters have no pixels. What should become of them?\n"
    "The smallest case that shows it: 1 pixel, K = 2.\n    pixels     [[10, 0, 30]]\n"
    "    expected   [[10, 0, 30], [5, 5, 5]]\n    got        [[10, 0, 30], [nan, nan, nan]]",
    "missing": "Not found: there is no my_{exercise}, and nothing that does what it should.",
    "error": "Does not run on the 4 by 4 image. NameError: name 'np' is not defined",
    "timed out": "Not finished after 20 seconds: does a loop have no end?",
    "borrowed": "Borrowed: the package's own {exercise} does the work here.",
}


def exercise(notebook, name, status="right", slip=None, **other):
    """Make the result of one exercise."""
    answer = ANSWERS[status].format(slip=slip, exercise=name)
    made = {"notebook": notebook, "exercise": name, "function": f"my_{name}", "status": status}
    made |= {"slip": slip, "answer": answer, "points": float(status == "right"), "of": 1.0}
    source = "" if status == "missing" else f"def my_{name}(pixels):\n    return pixels\n"
    return made | {"source": source} | other


def submission(student, exercises=(), **other):
    """Make the result of one student."""
    made = {"student": student, "key": student, "file": f"{student}/lesson.ipynb", "also": []}
    made |= {"status": "graded", "notes": [], "exercises": [*exercises], "predictions": {}}
    points, of = (sum(e[key] for e in exercises) for key in ("points", "of"))
    return made | {"points": points, "of": of} | other


def whole_class(size=60, seed=0):
    """Make a class: most are right, some have slips, a few went wrong altogether."""
    draw = random.Random(seed)
    results = []
    for number in range(size):
        name = STUDENTS[number % len(STUDENTS)].strip()
        name += " the Younger" * (number // len(STUDENTS))
        done = []
        for place, (notebook, kind) in enumerate(EXERCISES):
            states = draw.choices(list(ANSWERS), [70, 10 + place, 5, 3, 1, 2])
            slip = draw.choice(SLIPS.get(kind, [None])) if states == ["wrong"] else None
            done.append(exercise(notebook, kind, states[0], slip))
        choices = {
            "04-argmin": draw.choice("aabbbc"),
            "05-wrap": draw.choice(["44", "44", "255", "300"]),
        }
        results.append(submission(name, done, predictions=choices))
    results[3] |= {"status": "unreadable", "exercises": [], "points": 0.0, "predictions": {}}
    results[3]["notes"] = ["The file is no notebook: it ends in the middle, after 2,048 bytes."]
    results[7] |= {"status": "partly", "also": ["Γιώργος/first try.ipynb"]}
    results[7]["notes"] = ["04.ipynb was graded, and not Γιώργος/first try.ipynb."]
    results[9]["notes"] = [
        "my_update is like that of Li Wei but for names: only a hint, look at both."
    ]
    return results
