"""Labelled and unlabelled texts to train tone on, read from a folder of public data.

What is read is named in models/CARD.md with its licence. Each table has `text`, `label` and `source`.
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


def split_of(conversation_id: str) -> str:
    """`tune` or `test`: half of the conversations each, by their id alone.

    Examples
    --------
    >>> [split_of(f"twcs-{number}") for number in (3674, 2659)]
    ['tune', 'tune']
    """
    return "tune" if int(sha256(conversation_id.encode()).hexdigest(), 16) % 2 else "test"


def conversations(data: Path) -> pl.DataFrame:
    """First and last customer turn of each conversation that readers labelled, with its `part` and `split`."""
    lines = (data / "labels/conversations_dev.jsonl").read_text(encoding="utf-8").splitlines()
    return pl.DataFrame([row for line in lines for row in _ends(json.loads(line))])


def _ends(conversation: dict) -> list[dict]:
    turns = [turn for turn in conversation["turns"] if turn["who"] == "customer"]
    shared = {"conversation_id": conversation["conversation_id"], "brand": conversation["brand"], "source": "conversations"}
    shared["split"] = split_of(conversation["conversation_id"])
    return [
        shared | {"part": part, "text": turn["text"], "label": conversation["labels"][f"{part}_sentiment"]}
        for part, turn in (("opening", turns[0]), ("closing", turns[-1]))
    ]


def unseen_ids(data: Path) -> list[int]:
    """Ids of every turn of the conversations kept for the test."""
    lines = map(json.loads, (data / "labels/conversations_dev.jsonl").read_text(encoding="utf-8").splitlines())
    return [turn["id"] for each in lines if split_of(each["conversation_id"]) == "test" for turn in each["turns"]]


def read_messages(data: Path) -> pl.DataFrame:
    """Customers' messages labelled for this model; the texts stay in `data`, the labels by id in models/."""
    labels = pl.read_csv(MODELS / "message_labels.csv", schema={"tweet_id": pl.Int64, "label": pl.String})
    texts = tweets(data).unique("tweet_id", maintain_order=True).select("tweet_id", "text")
    return labels.join(texts, on="tweet_id", maintain_order="left").with_columns(source=pl.lit("messages"))


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
    table = pl.read_csv(data / "sentiment/airline_tweets.csv", infer_schema=False).unique(
        "tweet_id", keep="first", maintain_order=True
    )
    return table.select("text", label="airline_sentiment", group="airline", source=pl.lit("airlines"))


def rated_tweets(data: Path) -> pl.DataFrame:
    """VADER's texts, by the mean of their ratings."""
    names = {"id": pl.String, "mean": pl.Float64, "text": pl.String}
    table = pl.read_csv(data / "sentiment/vader_tweets.tsv", separator="\t", has_header=False, quote_char=None, schema=names)
    mean = pl.col("mean")
    label = pl.when(mean <= -RATED).then(pl.lit("negative")).when(mean >= RATED).then(pl.lit("positive"))
    return table.select("text", label=label.otherwise(pl.lit("neutral")), source=pl.lit("rated"))


def emotions(data: Path) -> pl.DataFrame:
    """GoEmotions' comments; those that both please and displease are left out."""
    parts = [gzip.decompress((data / "gratitude/train.tsv.gz").read_bytes()), (data / "gratitude/dev.tsv").read_bytes()]
    names = {"text": pl.String, "labels": pl.String, "id": pl.String}
    read = [pl.read_csv(part, separator="\t", has_header=False, quote_char=None, schema=names) for part in parts]
    of = pl.col("labels").str.split(",")
    has = {name: of.list.eval(pl.element().is_in(list(group))).list.any() for name, group in (("+", PLEASED), ("-", DISPLEASED))}
    label = pl.when(has["+"]).then(pl.lit("positive")).when(has["-"]).then(pl.lit("negative")).otherwise(pl.lit("neutral"))
    return pl.concat(read).filter(~(has["+"] & has["-"])).select("text", label=label, source=pl.lit("emotions"))


def written() -> pl.DataFrame:
    """Short messages in seven languages, written for this model by its makers."""
    table = pl.read_csv(MODELS / "written.tsv", separator="\t", quote_char=None)
    return table.with_columns(source=pl.lit("written"))


def complaints(data: Path, name: str) -> pl.DataFrame:
    """Tweets to airlines or telecoms where two annotators agreed: a complaint (`negative`) or not."""
    table = pl.read_csv(data / f"sentiment/{name}_set1_finalLabels.csv", infer_schema=False, encoding="utf8-lossy")
    mark = pl.col("finalLabel").cast(pl.Float64, strict=False)
    return table.filter(mark.is_in([0.0, 1.0])).select("text", complaint=mark == 1.0)


def answered(data: Path) -> pl.DataFrame:
    """Customers' messages with the brand's answer, unlabelled, without the conversations kept for the test."""
    return pl.concat([_answered_tweets(data), _answered_turns(data)]).filter(~_letters().is_in(_unseen_letters(data)))


def _letters() -> pl.Expr:
    return pl.col("text").str.replace_all(r"@\w+|https?://\S+|&\w+;|\W", "").str.to_lowercase()


def _unseen_letters(data: Path) -> list[str]:
    # The dialogues hold some of the same conversations without their ids. "Thanks!" is no sign of that.
    unseen = tweets(data).filter(pl.col("tweet_id").is_in(unseen_ids(data)))
    return unseen.select(_letters()).filter(pl.col("text").str.len_chars() >= LONG_ENOUGH).to_series().to_list()


def _answered_tweets(data: Path) -> pl.DataFrame:
    known = tweets(data).filter(~pl.col("tweet_id").is_in(unseen_ids(data)))
    answers = known.filter(~pl.col("inbound")).drop_nulls("parent").unique("parent", keep="first", maintain_order=True)
    return (
        known.filter("inbound")
        .join(answers, left_on="tweet_id", right_on="parent", maintain_order="left")
        .select("text", reply="text_right")
    )


def _answered_turns(data: Path) -> pl.DataFrame:
    raw = gzip.decompress((data / "dialogues/airline_dialogues.csv.gz").read_bytes())
    whole = pl.concat_str("first_utterance", "context", separator=" ", ignore_nulls=True)
    turns = pl.read_csv(raw, infer_schema=False).select(whole.str.extract_all(r"<(?:cust|rep)__.*?__(?:cust|rep)>").alias("turn"))
    each = (
        turns.with_row_index("dialogue")
        .explode("turn")
        .drop_nulls()
        .with_columns(inbound=pl.col("turn").str.starts_with("<cust"))
    )
    text = (
        pl.col("turn")
        .str.replace_all(r"^<(?:cust|rep)__|__(?:cust|rep)>$", "")
        .str.replace_all(r"__(?:company|cust)__", "@brand")
    )
    follows = each.with_columns(text=text).with_columns(
        reply=pl.col("text").shift(-1).over("dialogue"), answered=(~pl.col("inbound")).shift(-1).over("dialogue")
    )
    return follows.filter(pl.col("inbound") & pl.col("answered")).select("text", "reply")


def care_texts(data: Path) -> pl.DataFrame:
    """All labelled texts but the test conversations."""
    tune = (
        conversations(data)
        .filter(pl.col("split") == "tune")
        .unique(["conversation_id", "text"], keep="first", maintain_order=True)
    )
    return _stacked(read_messages(data), tune, airlines(data), rated_tweets(data), emotions(data), written())


def open_texts(data: Path) -> pl.DataFrame:
    """Labelled texts under permissive licences."""
    return _stacked(rated_tweets(data), emotions(data), written())


def _stacked(*tables: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([table.select("text", "label", "source") for table in tables])
