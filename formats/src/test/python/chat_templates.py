"""Writes what Transformers renders from the chat templates of the test resources.

    python chat_templates.py DIR     # DIR holds templates/ and conversations.json

Every template is rendered with every conversation, with and without generation prompt, and
expected.jsonl.gz gets one line each: the output and its generation spans (in code points), or the
error and its type. Needs transformers 5.23 and jinja2 3.1.6.
"""

import datetime
import gzip
import io
import json
import pathlib
import sys

import transformers.utils.chat_template_utils as chat


def frozen(moment):
    class Frozen(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return moment

    return Frozen


def render(source, context):
    try:
        template = chat._cached_compile_jinja_template(source)
        text, spans = chat._render_with_assistant_indices(template, **context)
        return {"output": text, "generation_spans": [list(span) for span in spans]}
    except Exception as e:
        return {"error": str(e), "error_type": type(e).__name__}


def main(folder):
    suite = json.loads((folder / "conversations.json").read_text(encoding="utf-8"))
    chat.datetime = frozen(datetime.datetime.fromisoformat(suite["now"]))
    lines = io.StringIO()
    for path in sorted((folder / "templates").glob("*.jinja")):
        source = path.read_bytes().decode("utf-8")
        for conversation in suite["conversations"]:
            for prompt in (False, True):
                context = {
                    "messages": chat._alias_reasoning_fields(conversation["messages"]),
                    "tools": conversation.get("tools"),
                    "documents": conversation.get("documents"),
                    "add_generation_prompt": prompt,
                    **suite["special_tokens"],
                    **conversation.get("template_kwargs", {}),
                }
                pair = {
                    "template": path.name,
                    "conversation": conversation["id"],
                    "add_generation_prompt": prompt,
                }
                line = json.dumps({**pair, **render(source, context)})
                lines.write(line + "\n")
    packed = gzip.compress(lines.getvalue().encode("ascii"), mtime=0)
    (folder / "expected.jsonl.gz").write_bytes(packed)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
