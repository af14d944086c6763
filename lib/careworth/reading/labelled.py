"""Labelled and unlabelled texts to train on, read from a folder of public data.

What is read is named in models/CARD.md with its licence. Labelled tables have `text`, `source` and a column for each
question (`tone`, `state`, `need`), null where nobody answered it. Texts of others stay in the folder: `read_labels.csv`
names them by a part of their hash.
"""

import gzip
import json
from hashlib import sha256
from pathlib import Path

import polars as pl

MODELS = Path(__file__).parent / "models"

#: GoEmotions' numbers of emotions that please and that displease, in the order of its labels.txt.
PLEASED = {"0", "1", "4", "5", "8", "13", "15", "17", "18", "20", "21", "23"}
DISPLEASED = {"2", "3", "9", "10", "11", "12", "14", "16", "19", "24", "25"}

#: Mean ratings of VADER's texts from here on are no longer neutral.
RATED = 0.5

#: Two messages of so many letters that are the same are one message.
LONG_ENOUGH = 20

#: Signs of a text's hash that name it.
KEY_SIGNS = 16

QUESTIONS = ("tone", "state", "need")


def split_of(conversation_id: str) -> str:
    """`tune` or `test`: half of the conversations each, by their id alone.

    Examples
    --------
    >>> [split_of(f"twcs-{number}") for number in (3674, 2659)]
    ['tune', 'tune']
    """
    return "tune" if int(sha256(conversation_id.encode()).hexdigest(), 16) % 2 else "test"


def conversations(data: Path) -> pl.DataFrame:
    """First and last customer turn of each conversation that readers labelled, with its `part` and `split`; never trained on."""
    lines = (data / "labels/conversations_dev.jsonl").read_text(encoding="utf-8").splitlines()
    return pl.DataFrame([row for line in lines for row in _ends(json.loads(line))])


def _ends(conversation: dict) -> list[dict]:
    turns, labels = [turn for turn in conversation["turns"] if turn["who"] == "customer"], conversation["labels"]
    shared = {name: conversation[name] for name in ("conversation_id", "brand")}
    shared["split"] = split_of(conversation["conversation_id"])
    opening = {"state": labels["opening_state"], "need": labels["needs_response"]}
    return [
        shared | {"part": "opening", "text": turns[0]["text"], "tone": labels["opening_sentiment"]} | opening,
        shared | {"part": "closing", "text": turns[-1]["text"], "tone": labels["closing_sentiment"], "state": None, "need": None},
    ]


def labelled_turns(data: Path) -> pl.DataFrame:
    """Every turn of the labelled conversations with what people say of it: conversation_id, split, side, text, `gold_...`."""
    lines = (data / "labels/conversations_dev.jsonl").read_text(encoding="utf-8").splitlines()
    return pl.DataFrame([row for line in lines for row in _gold_turns(json.loads(line))])


def _gold_turns(conversation: dict) -> list[dict]:
    labels, moved = conversation["labels"], {turn for turn, _ in conversation["labels"]["redirect"]}
    shared = {"conversation_id": conversation["conversation_id"], "split": split_of(conversation["conversation_id"])}
    shared |= {"gold_opening": labels["opening_sentiment"], "gold_closing": labels["closing_sentiment"]}
    shared |= {"gold_state": labels["opening_state"], "gold_need": labels["needs_response"] == "yes"}
    return [
        shared
        | {"side": "customer" if turn["who"] == "customer" else "agent", "text": turn["text"]}
        | {"gold_thanks": turn["id"] in labels["thanks"], "gold_redirect": turn["id"] in moved}
        for turn in conversation["turns"]
    ]


def key_of(text: str) -> str:
    r"""What names a text in `read_labels.csv`: the hash of its words.

    Examples
    --------
    >>> key_of("Hello  there") == key_of("Hello there\n")
    True
    """
    return sha256(" ".join(text.split()).encode()).hexdigest()[:KEY_SIGNS]


def read_labels(data: Path) -> pl.DataFrame:
    """Customers' messages that were read for this model; without those of the labelled conversations."""
    labels = pl.read_csv(MODELS / "read_labels.csv", infer_schema=False)
    texts = pl.DataFrame({"text": _all_texts(data)}).unique(maintain_order=True)
    keys = pl.Series("key", [key_of(text) for text in texts["text"]], pl.String)
    known = texts.with_columns(keys).unique("key", keep="first", maintain_order=True)
    return labels.join(known, on="key", maintain_order="left", validate="m:1").select("text", "source", *QUESTIONS)


def _all_texts(data: Path) -> pl.Series:
    parts = [tweets(data).filter("inbound"), dialogue_turns(data).filter("inbound"), airlines(data)]
    parts += [complaints(data, name) for name in ("airlines", "telecom")]
    return pl.concat([part.select("text") for part in parts])["text"].drop_nulls()


def tweets(data: Path) -> pl.DataFrame:
    """Tweets to and from brands: `tweet_id`, `inbound`, `text` and the `parent` they answer."""
    files = [data / "twcs" / name for name in ("twcs.csv", "spotify_inbound.csv", "spotify_outbound_mojibake.csv")]
    return pl.concat([_tweets(path) for path in files])


def _tweets(path: Path) -> pl.DataFrame:
    table = pl.read_csv(path, infer_schema=False, encoding="utf8-lossy")
    return table.rename({name: name.lstrip("\ufeff") for name in table.columns}).select(
        pl.col("tweet_id").cast(pl.Int64),
        inbound=pl.col("inbound").str.to_lowercase() == "true",
        text=pl.col("text"),
        parent=pl.col("in_response_to_tweet_id").str.strip_suffix(".0").cast(pl.Int64, strict=False),
    )


def airlines(data: Path) -> pl.DataFrame:
    """Tweets to four airlines, labelled by a crowd."""
    table = pl.read_csv(data / "sentiment/airline_tweets.csv", infer_schema=False)
    once = table.unique("tweet_id", keep="first", maintain_order=True)
    return once.select("text", tone="airline_sentiment", source=pl.lit("airlines"))


def rated_tweets(data: Path) -> pl.DataFrame:
    """VADER's texts, by the mean of their ratings."""
    names = {"id": pl.String, "mean": pl.Float64, "text": pl.String}
    table = pl.read_csv(data / "sentiment/vader_tweets.tsv", separator="\t", has_header=False, quote_char=None, schema=names)
    mean = pl.col("mean")
    tone = pl.when(mean <= -RATED).then(pl.lit("negative")).when(mean >= RATED).then(pl.lit("positive"))
    return table.select("text", tone=tone.otherwise(pl.lit("neutral")), source=pl.lit("rated"))


def emotions(data: Path) -> pl.DataFrame:
    """GoEmotions' comments; those that both please and displease are left out."""
    parts = [gzip.decompress((data / "gratitude/train.tsv.gz").read_bytes()), (data / "gratitude/dev.tsv").read_bytes()]
    names = {"text": pl.String, "labels": pl.String, "id": pl.String}
    read = [pl.read_csv(part, separator="\t", has_header=False, quote_char=None, schema=names) for part in parts]
    of = pl.col("labels").str.split(",")
    has = {name: of.list.eval(pl.element().is_in(list(group))).list.any() for name, group in (("+", PLEASED), ("-", DISPLEASED))}
    tone = pl.when(has["+"]).then(pl.lit("positive")).when(has["-"]).then(pl.lit("negative")).otherwise(pl.lit("neutral"))
    return pl.concat(read).filter(~(has["+"] & has["-"])).select("text", tone=tone, source=pl.lit("emotions"))


def written() -> pl.DataFrame:
    """Messages in seven languages and many industries, written for this model."""
    table = pl.read_csv(MODELS / "written.tsv", separator="\t", quote_char=None, infer_schema=False)
    return table.with_columns(source=pl.lit("written"))


def complaints(data: Path, name: str) -> pl.DataFrame:
    """Tweets to airlines or telecoms where two annotators agreed: a complaint (`negative`) or not."""
    table = pl.read_csv(data / f"sentiment/{name}_set1_finalLabels.csv", infer_schema=False, encoding="utf8-lossy")
    mark = pl.col("finalLabel").cast(pl.Float64, strict=False)
    return table.filter(mark.is_in([0.0, 1.0])).select("text", complaint=mark == 1.0)


def answered(data: Path) -> pl.DataFrame:
    """Customers' messages with the brand's answer, unlabelled, without the labelled conversations."""
    return pl.concat([_answered_tweets(data), _answered_turns(data)]).filter(~_letters().is_in(_labelled_letters(data)))


def _letters() -> pl.Expr:
    return pl.col("text").str.replace_all(r"@\w+|https?://\S+|&\w+;|\W", "").str.to_lowercase()


def _labelled_ids(data: Path) -> list[int]:
    lines = map(json.loads, (data / "labels/conversations_dev.jsonl").read_text(encoding="utf-8").splitlines())
    return [turn["id"] for each in lines for turn in each["turns"]]


def _labelled_letters(data: Path) -> list[str]:
    # The dialogues hold some of the same conversations without their ids. "Thanks!" is no sign of that.
    labelled = tweets(data).filter(pl.col("tweet_id").is_in(_labelled_ids(data)))
    return labelled.select(_letters()).filter(pl.col("text").str.len_chars() >= LONG_ENOUGH).to_series().to_list()


def _answered_tweets(data: Path) -> pl.DataFrame:
    known = tweets(data).filter(~pl.col("tweet_id").is_in(_labelled_ids(data)))
    answers = known.filter(~pl.col("inbound")).drop_nulls("parent").unique("parent", keep="first", maintain_order=True)
    return (
        known.filter("inbound")
        .join(answers, left_on="tweet_id", right_on="parent", maintain_order="left")
        .select("text", reply="text_right")
    )


def dialogue_turns(data: Path) -> pl.DataFrame:
    """Turns of the airline dialogues in order: `dialogue`, `inbound`, `text`."""
    raw = gzip.decompress((data / "dialogues/airline_dialogues.csv.gz").read_bytes())
    whole = pl.concat_str("first_utterance", "context", separator=" ", ignore_nulls=True)
    turns = pl.read_csv(raw, infer_schema=False).select(whole.str.extract_all(r"<(?:cust|rep)__.*?__(?:cust|rep)>").alias("turn"))
    each = turns.with_row_index("dialogue").explode("turn").drop_nulls()
    text = pl.col("turn").str.replace_all(r"^<(?:cust|rep)__|__(?:cust|rep)>$", "")
    named = text.str.replace_all("__company__", "@brand", literal=True).str.replace_all("__cust__", "@cust", literal=True)
    return each.select("dialogue", inbound=pl.col("turn").str.starts_with("<cust"), text=named)


def _answered_turns(data: Path) -> pl.DataFrame:
    follows = dialogue_turns(data).with_columns(
        reply=pl.col("text").shift(-1).over("dialogue"), answered=(~pl.col("inbound")).shift(-1).over("dialogue")
    )
    return follows.filter(pl.col("inbound") & pl.col("answered")).select("text", "reply")


def care_texts(data: Path) -> pl.DataFrame:
    """All labelled texts but the labelled conversations."""
    return _stacked(read_labels(data), airlines(data), rated_tweets(data), emotions(data), written())


def open_texts(data: Path) -> pl.DataFrame:
    """Labelled texts under permissive licences."""
    return _stacked(rated_tweets(data), emotions(data), written())


def _stacked(*tables: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([table.select(pl.col(pl.String)) for table in tables], how="diagonal").select("text", "source", *QUESTIONS)
