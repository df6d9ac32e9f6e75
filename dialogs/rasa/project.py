"""A complete Rasa Open Source 3.6 project, made from the dialog's own intents, questions, texts and training lines.

Rasa decides which action is called; what is asked, answered and paid is decided behind the actions, by our dialog.
"""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted
from ruamel.yaml.scalarstring import LiteralScalarString as Block

from dialogs.rasa.names import ACTION_OF, ASIDE, CHOICE, FORM, FORM_SLOTS, KEPT_SLOTS, VALIDATE_FORM, WISHES
from dialogs.texts.catalogue import say
from dialogs.understanding import Intent

VERSION = Quoted("3.1")
ACTIONS_URL = "http://127.0.0.1:5055/webhook"
UTTER_DEFAULT = "utter_default"
FALLBACK_INTENT = "nlu_fallback"
_TRAINING = Path(__file__).parents[1] / "nlu" / "training"
_LINE_LENGTH = 120

Document = dict[str, Any]


def project_files(actions_url: str = ACTIONS_URL) -> Mapping[str, str]:
    """Every file of the project by its path; the same text each time."""
    documents: dict[str, Document] = {
        "config.yml": _config(),
        "domain.yml": _domain(),
        "data/nlu.yml": _nlu(),
        "data/rules.yml": _rules(),
        "endpoints.yml": {"action_endpoint": {"url": actions_url}},
        "credentials.yml": {"rest": None},
    }
    return {path: f"# {_ABOUT[path]}\n{_yaml(document)}" for path, document in documents.items()}


_ABOUT = {
    "config.yml": "Messages are read by their letters, in Chinese as in English; the tokenizer takes no `zh`.",
    "domain.yml": "What there is: intents, slots, the form, and the actions that `refundbot actions` serves.",
    "data/nlu.yml": "The lines that the embedded understanding is trained on as well.",
    "data/rules.yml": "Which action answers which intent. The form takes every answer that is no question aside.",
    "endpoints.yml": "Where `refundbot actions` listens; where that wants a token, add `token:` below the url.",
    "credentials.yml": "How messages come in: POST /webhooks/rest/webhook, with the signed identity in their metadata.",
}


def _config() -> Document:
    return {
        "recipe": "default.v1",
        "assistant_id": "refundbot",
        "language": "en",
        "pipeline": [
            {"name": "WhitespaceTokenizer"},
            {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
            {"name": "LogisticRegressionClassifier", "max_iter": 300, "solver": "lbfgs", "tol": 0.001},
            {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.05},
        ],
        "policies": [
            {
                "name": "RulePolicy",
                "core_fallback_threshold": 0.3,
                "core_fallback_action_name": "action_default_fallback",
                "enable_fallback_prediction": True,
            }
        ],
    }


def _domain() -> Document:
    return {
        "version": VERSION,
        "intents": [{intent.value: {"use_entities": []}} for intent in Intent],
        "entities": [CHOICE],
        "slots": {name: _kept_slot() for name in KEPT_SLOTS} | {name: _form_slot(name) for name in FORM_SLOTS.values()},
        "forms": {FORM: {"required_slots": list(FORM_SLOTS.values())}},
        "actions": [*WISHES, VALIDATE_FORM],
        "responses": {UTTER_DEFAULT: [{"text": f"{say('apology', 'zh-CN')}\n{say('apology', 'en')}"}]},
        "session_config": {"session_expiration_time": 60, "carry_over_slots_to_new_session": True},
    }


def _kept_slot() -> Document:
    return {"type": "any", "influence_conversation": False, "mappings": [{"type": "custom"}]}


def _form_slot(name: str) -> Document:
    mapping = {
        "type": "from_text",
        "not_intent": [intent.value for intent in ASIDE],
        "conditions": [{"active_loop": FORM, "requested_slot": name}],
    }
    return {"type": "text", "influence_conversation": False, "mappings": [mapping]}


def _nlu() -> Document:
    reader = YAML(typ="safe")
    blocks = [block for file in sorted(_TRAINING.glob("*.yml")) for block in reader.load(file)["nlu"]]
    return {
        "version": VERSION,
        "nlu": [{"intent": it["intent"], "examples": Block(_examples(str(it["examples"])))} for it in blocks],
    }


def _examples(lines: str) -> str:
    """A bracket would begin an annotation."""
    return "".join(f"{line.replace('[', '(').replace(']', ')')}\n" for line in lines.splitlines())


def _rules() -> Document:
    return {"version": VERSION, "rules": [_rule(it.value, ACTION_OF[it]) for it in Intent] + [_unclear()]}


def _rule(intent: str, action: str) -> Document:
    steps: list[Document] = [{"intent": intent}, {"action": action}]
    if action == FORM:
        steps.append({"active_loop": FORM})
    return {"rule": f"{intent}: {action}", "steps": steps}


def _unclear() -> Document:
    return _rule(FALLBACK_INTENT, ACTION_OF[Intent.OTHER])


def _yaml(document: Document) -> str:
    writer = YAML()
    writer.width = _LINE_LENGTH
    writer.indent(mapping=2, sequence=4, offset=2)
    text = io.StringIO()
    writer.dump(document, text)
    return text.getvalue()
