"""Grade a class: collect, run what has no result yet, count the points, write the tables."""

import hashlib
import importlib.metadata
import json
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed

from tqdm import tqdm

from grading import apart, weights
from grading.alike import alike, write_alike
from grading.collect import collect
from grading.lesson import ROOT
from grading.results import file_stem, load_results, save_result
from grading.table import write_grades, write_nbgrader

AT_ONCE = 2  # submissions that run side by side; each may take 2 GB
LATE = "The time for this submission was over before this notebook."
UNREAD = "What was handed in could not be read."
MISSING = "Its notebook was not handed in."


def grade(folder, report, notebooks, seconds, nbgrader=False):
    """Grade all that is in a folder or a zip, into the folder `report`; return the results."""
    points = weights.load(report, notebooks)
    titles = [notebook.title for notebook in notebooks.values()]
    submissions = collect(folder, titles)
    if not submissions:
        raise ValueError(f"there is nothing in {folder} that was handed in")
    done = {result["key"]: result for result in load_results(report)}
    if done and not done.keys() & {submission.key for submission in submissions}:
        raise ValueError(f"{report} holds the results of another class: choose another folder")
    report.mkdir(parents=True, exist_ok=True)
    _grade_new(submissions, done, folder, report, notebooks, points, seconds)
    return finish(report, notebooks, nbgrader)


def _grade_new(submissions, done, folder, report, notebooks, points, seconds):
    """Grade the submissions that have no result yet, two at a time; keep each result at once."""
    hidden, stop = [str(folder), str(report)], threading.Event()
    surroundings = _surroundings(seconds)
    every = {task.key: 1 for notebook in notebooks.values() for task in notebook.tasks}

    def work(submission):
        files, problems = _read(submission)
        fingerprint = _digest(surroundings, submission, files, problems)
        before = done.get(submission.key)
        if before and before["fingerprint"] == fingerprint:
            return
        outcome = apart.run(files, hidden, seconds, stop) if files else apart.Outcome()
        if stop.is_set():
            return
        result = _result(submission, files, problems, outcome, notebooks)
        result["fingerprint"] = fingerprint
        weights.apply(result, points or every)
        save_result(report, result)

    kept = {file_stem({"student": s.student, "key": s.key}) for s in submissions}
    for path in (report / "results").glob("*.json"):
        if path.stem not in kept:
            path.unlink()  # of a student who is not, or not so called, in the folder any more
    with ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            waiting = [pool.submit(work, submission) for submission in submissions]
            for one in tqdm(as_completed(waiting), "graded", len(waiting), unit="student"):
                one.result()
        except BaseException:
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise


def finish(report, notebooks, nbgrader=False):
    """Count the points of all results by the weights of now, and write the tables."""
    results = load_results(report)
    points = weights.load(report, notebooks)
    if points is None:
        handed_in = {number for result in results for number in result["notebooks"]}
        points = weights.default(notebooks, handed_in)
        weights.save(report, points)
    for result in results:
        if weights.apply(result, points):
            save_result(report, result)
    write_grades(report, results)
    if nbgrader:
        write_nbgrader(report, results)
    write_alike(report, alike(results, notebooks))
    return results


# ------------------------------------------------------------------ one submission


def _read(submission):
    """Read the notebooks of a submission: {name in the box: bytes}, and what is not one."""
    files, problems = {}, {}
    for place, file in enumerate(submission.files):
        name = f"submitted/{place:04}.ipynb"
        try:
            if file.problem:
                problems[name] = file.problem
            elif file.read:
                files[name] = file.read()
        except (OSError, ValueError) as error:
            problems[name] = str(error)
    return files, problems


def _digest(surroundings, submission, files, problems):
    """Return a short name for all that a result depends on."""
    digest = hashlib.sha256(surroundings)
    digest.update(json.dumps([submission.student, problems]).encode())
    digest.update(json.dumps([file.path for file in submission.files]).encode())
    for name, data in files.items():
        digest.update(name.encode() + hashlib.sha256(data).digest())
    return digest.hexdigest()


def _surroundings(seconds):
    """Return a digest of the lesson, the grading and the packages that are installed."""
    digest = hashlib.sha256(str(seconds).encode())
    for pattern in (
        "kmeans_lesson/**/*.py",
        "tools/grading/**/*.py",
        "notebooks/*.ipynb",
        "data/*",
    ):
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file():
                digest.update(path.name.encode() + path.read_bytes())
    installed = sorted(f"{d.name} {d.version}" for d in importlib.metadata.distributions())
    digest.update("\n".join(installed).encode())
    return digest.digest()


def _result(submission, files, problems, outcome, notebooks):
    """Put together what is known of a submission."""
    paths = {f"submitted/{i:04}.ipynb": file.path for i, file in enumerate(submission.files)}
    earlier = [name for notebook in outcome.notebooks for name in notebook["earlier"]]
    used = [name for name in files if name not in earlier and name not in outcome.unreadable]
    absent = UNREAD if (problems or outcome.unreadable) and not outcome.notebooks else MISSING
    tasks = [task for notebook in notebooks.values() for task in notebook.tasks]
    return {
        "student": submission.student,
        "key": submission.key,
        "file": ", ".join(paths[name] for name in used),
        "also": [paths[name] for name in earlier],
        "status": _status(files, problems, outcome),
        "notes": _notes(submission, paths, problems, outcome),
        "notebooks": sorted({outcome.numbers.get(name) for name in used} - {None}),
        "exercises": [_exercise(task, outcome, absent) for task in tasks],
        "predictions": {
            name: choice
            for notebook in outcome.notebooks
            for name, choice in notebook["predictions"].items()
        },
    }


def _exercise(task, outcome, absent):
    answers = [
        answer
        for notebook in outcome.notebooks
        for answer in notebook["answers"]
        if tuple(answer["task"]) == task.key
    ]
    # Its own notebook first; then the latest that holds anything.
    answers.sort(key=lambda answer: (answer["status"] != "missing", answer["own"]))
    found = answers[-1] if answers else {"status": "missing", "answer": absent}
    finished = {notebook["number"] for notebook in outcome.notebooks}
    waiting = set(outcome.numbers.values()) - finished
    if found["status"] == "missing" and not outcome.in_time and task.notebook in waiting:
        found = {"status": "timed out", "answer": LATE}
    return {
        "notebook": task.notebook,
        "exercise": task.name,
        "function": task.target,
        "status": found["status"],
        "slip": found.get("slip"),
        "answer": found["answer"],
        "points": 0.0,
        "of": 0.0,
        "source": found.get("source", ""),
    }


def _status(files, problems, outcome):
    if not files:
        return "unreadable" if problems else "missing"
    if len(outcome.unreadable) == len(files):
        return "unreadable"
    if not outcome.notebooks:
        return "timed out"
    if not any(notebook["answers"] for notebook in outcome.notebooks):
        return "missing"
    whole = outcome.in_time and not (outcome.ended or outcome.unreadable or problems)
    return "graded" if whole else "partly"


def _notes(submission, paths, problems, outcome):
    """Tell the teacher in sentences what is out of the ordinary."""
    notes = [f"{paths[name]} {problem}." for name, problem in problems.items()]
    if not any(file.read for file in submission.files) and not problems:
        came = ", ".join(file.path for file in submission.files)
        notes.append(f"No notebook was handed in, only {came}." if came else "Nothing came.")
    notes += [f"{paths[name]}: {reason}" for name, reason in outcome.unreadable.items()]
    for notebook in outcome.notebooks:
        name = paths[notebook["file"]]
        if notebook["number"] is None:
            notes.append(f"{name}: it has no exercise of the lesson in it.")
        for earlier in notebook["earlier"]:
            notes.append(f"{name} was graded, and not {paths[earlier]}.")
        notes += [f"{name}: {note}" for note in notebook["notes"]]
    if not outcome.in_time:
        notes.append("Its time was over before all of it had run.")
    faults = dict.fromkeys(fault.splitlines()[-1] for fault in outcome.faults)
    notes += [f"Python itself was broken while it ran: {fault}" for fault in faults]
    return notes
