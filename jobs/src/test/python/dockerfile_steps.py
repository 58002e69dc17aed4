"""Takes the steps of the Dockerfile without a container engine, and starts what comes of them.

python3 dockerfile_steps.py REPOSITORY SPARK FOLDER

Every stage becomes a folder below FOLDER. SPARK is an unpacked Spark, as SPARK_HOME names it or as pip installs
pyspark; it stands for /opt/spark of the base image. The build stage is run as it is. Of the last stage, files are
copied and variables set; its RUN prepares the image's system, and is not run.
"""

import fnmatch
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path


def instructions(dockerfile):
    text = re.sub(r"(?m)^#.*\n", "", dockerfile.read_text())
    for line in re.sub(r"\\\n\s*", " ", text).splitlines():
        if line.strip():
            word, rest = line.split(None, 1)
            yield word, rest.strip()


def ignoring(repository):
    lines = (repository / ".dockerignore").read_text().split()
    patterns = [line.replace("**", "*") if line.startswith("**/") else "/" + line for line in lines]

    def ignored(folder, names):
        paths = {name: (Path(folder) / name).relative_to(repository).as_posix() for name in names}
        return [
            name
            for name, path in paths.items()
            if any(fnmatch.fnmatch("/" + path, pattern) for pattern in patterns)
        ]

    return ignored


def inside(root, path):
    return root / path.lstrip("/")


def copy(sources, to, whole_folder):
    for source in sources:
        print("  copy", source, "->", to, flush=True)
        if source.is_dir():
            shutil.copytree(source, to, dirs_exist_ok=True, ignore=whole_folder)
        else:
            target = to / source.name if to.is_dir() else to
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)


def steps(repository, spark, folder):
    """Returns the folder of the last stage and its variables."""
    stages, variables = {}, {}
    root = place = None
    for word, rest in instructions(repository / "Dockerfile"):
        print(word, rest, flush=True)
        if word == "FROM":
            name = rest.split(" AS ")[1] if " AS " in rest else "last"
            root = place = stages[name] = folder / name
            root.mkdir(parents=True)
            variables = {}
            if "SPARK_IMAGE" in rest:
                copy([spark], inside(root, "/opt/spark"), None)
        elif word == "WORKDIR":
            place = inside(root, rest)
            place.mkdir(parents=True)
        elif word == "RUN" and root.name == "build":
            command = re.sub(r"--mount=\S+ ", "", rest)
            if re.search(r"(^|\s)/", command):
                sys.exit("a path outside of the stage's folder: " + command)
            subprocess.run(command, shell=True, cwd=place, check=True)
        elif word == "COPY" and rest.startswith("--from="):
            stage, source, to = rest[len("--from=") :].split()
            found = sorted(stages[stage].glob(source.strip("/")))
            if not found:
                sys.exit("nothing to copy: " + source)
            copy(found, inside(root, to), None)
        elif word == "COPY":
            copy([repository], place, ignoring(repository))
        elif word == "ENV":
            variables.update(pair.split("=", 1) for pair in shlex.split(rest))
    return root, variables


repository, spark, folder = (Path(argument).resolve() for argument in sys.argv[1:])
root, variables = steps(repository, spark, folder)
home = inside(root, variables["HOME"])
home.mkdir(parents=True)
environment = {**os.environ, **variables, "HOME": str(home), "SPARK_HOME": str(inside(root, "/opt/spark"))}
submit = [inside(root, "/opt/spark/bin/spark-submit"), "--master", "local[1]", inside(root, "/opt/hone/hone.jar")]
for command in (["--version"], ["doctor"]):
    print("hone", *command, flush=True)
    subprocess.run([*submit, *command], env=environment, cwd=home, check=True)
