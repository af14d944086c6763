"""The messages table: ids, threads, replies and words of all that is said."""

import numpy as np
import polars as pl

from careworth.demo.crowd import brand_posts, bystanders, strangers
from careworth.demo.dice import Dice, stream
from careworth.demo.plan import plan_conversations, plan_returns
from careworth.demo.play import play, to_steps
from careworth.demo.texts import write_text
from careworth.schemas import MESSAGES

CHANNELS = {"x": "public_post", "facebook": "comment", "instagram": "comment", "whatsapp": "dm"}


def play_conversations(seed: int, scale: float) -> pl.DataFrame:
    """One row per conversation, first ones and returns, with the instant and kind of each step."""
    first = plan_conversations(seed, scale).pipe(_number).pipe(play, seed, "first")
    first = first.with_columns(thread=pl.concat_str(pl.lit("t-"), "network", pl.lit("-"), "customer"))
    returns = plan_returns(first, seed).pipe(_number, first.height).pipe(play, seed, "returns")
    own = pl.format("t-{}-{}-{}", "network", "customer", "conversation")
    return pl.concat([first, returns.with_columns(thread=pl.coalesce("thread", own)).select(first.columns)])


def _number(plan: pl.DataFrame, after: int = 0) -> pl.DataFrame:
    return plan.with_columns(conversation=pl.int_range(pl.len(), dtype=pl.Int64) + after)


def build_messages(played: pl.DataFrame, seed: int, scale: float) -> pl.DataFrame:
    """One row per message, as `schemas.MESSAGES`, with what only the generator knows: conversation, kind, step."""
    spoken = to_steps(played)
    crowd = pl.concat([brand_posts(seed, scale), strangers(seed, scale)], how="diagonal")
    peers = bystanders(played, seed)
    joined = pl.concat([spoken, peers, crowd], how="diagonal").pipe(_join_plan, played)
    numbered = joined.sort("at", "conversation", "step", "author", "handle", "kind", nulls_last=True).with_columns(
        message_id=pl.format("m{}", (pl.int_range(pl.len()) + 1).cast(pl.String).str.zfill(6))
    )
    linked = numbered.pipe(_link_replies).pipe(_add_text, seed)
    return linked.pipe(_to_schema, stream(seed, "missing languages")).sort("message_id")


def _join_plan(table: pl.DataFrame, played: pl.DataFrame) -> pl.DataFrame:
    about = played.select(
        "conversation",
        "customer",
        "language",
        "is_private",
        "thread",
        "agent",
        "is_quote",
        "machine",
        "topic",
        plan_handle="handle",
        plan_network="network",
    )
    joined = table.join(about, on="conversation", how="left", validate="m:1", maintain_order="left").with_columns(
        handle=pl.coalesce("handle", "plan_handle"),
        network=pl.coalesce("network", "plan_network"),
        language=pl.col("language").fill_null("en"),
    )
    account = pl.concat_str("network", pl.lit(":"), "handle")
    machine = pl.when(pl.col("machine") == "bot").then(pl.lit("bot")).otherwise(pl.lit("auto_reply"))
    role = pl.when(pl.col("role") == "machine").then(machine).otherwise("role")
    author = pl.when(role.is_in(["agent", "bot", "auto_reply"])).then(account).otherwise("customer")
    return joined.with_columns(
        role=role, author=pl.coalesce("author", author), account=account, is_private=pl.col("is_private").fill_null(False)
    )


def _link_replies(table: pl.DataFrame) -> pl.DataFrame:
    in_order = table.sort("message_id")
    opening = pl.col("message_id").filter(pl.col("step") == 0).first().over("conversation")
    customers = pl.when(pl.col("role") == "customer").then("message_id")
    last_customer = customers.forward_fill().shift().over("conversation")
    before = pl.when(pl.col("role") != "peer").then("message_id").forward_fill().shift().over("conversation")
    is_answer = pl.col("role").is_in(["agent", "bot", "auto_reply"]) & (pl.col("step") != 5)
    parent = pl.when(pl.col("role") == "peer").then(opening).when(is_answer).then(last_customer).otherwise(before)
    has_thread = pl.col("conversation").is_not_null()
    return in_order.pipe(_add_post).with_columns(
        parent=pl.when(has_thread & ~pl.col("is_private")).then(
            pl.coalesce(pl.when(pl.col("step") == 0).then("post_id"), parent)
        ),
        native_thread=pl.when(has_thread).then(
            pl.when("is_private").then("thread").otherwise(pl.coalesce("post_thread", opening))
        ),
    )


def _add_post(table: pl.DataFrame) -> pl.DataFrame:
    # Half of the public comments stand below the account's latest post, the others on its wall.
    posts = table.filter(role="brand_marketing").select("account", "at", post_id="message_id")
    opening = (
        (pl.col("step") == 0)
        & ~pl.col("is_private")
        & pl.col("network").is_in(["facebook", "instagram"])
        & (pl.col("conversation") % 2 == 0)
    )
    first_time = table.filter(opening).unique("customer", keep="first", maintain_order=True)
    below = first_time.select("conversation", "account", "at").join_asof(posts, on="at", by="account", check_sortedness=False)
    return table.join(
        below.select("conversation", "post_id"), on="conversation", how="left", validate="m:1", maintain_order="left"
    ).with_columns(post_thread="post_id")


def _add_text(table: pl.DataFrame, seed: int) -> pl.DataFrame:
    dice = {kind: Dice(stream(seed, f"texts {kind}")) for kind in table["kind"].unique().sort().to_list()}
    brand = {"agent", "bot", "auto_reply", "brand_marketing"}
    topical = (
        pl.when(pl.col("kind").is_in(["thanks", "late_thanks"]))
        .then(pl.concat_str("kind", pl.lit("."), "topic"))
        .otherwise("kind")
    )
    rows = table.select("kind", topical.alias("topical"), "language", "role").iter_rows()
    texts = [
        write_text(topical, language, dice[kind], role in brand or kind in ("reshare", "spam"))
        for kind, topical, language, role in rows
    ]
    return table.with_columns(text=pl.Series(texts)).with_columns(_with_handles())


def _with_handles() -> pl.Expr:
    public_x = (pl.col("network") == "x") & ~pl.col("is_private") & pl.col("conversation").is_not_null()
    to_brand = public_x & (pl.col("role") == "customer") & (pl.col("kind") != "emoji")
    to_customer = public_x & pl.col("role").is_in(["agent", "bot", "auto_reply"])
    return (
        pl.when(to_brand)
        .then(pl.concat_str(pl.lit("@"), "handle", pl.lit(" "), "text"))
        .when(to_customer)
        .then(pl.concat_str(pl.lit("@"), "customer", pl.lit(" "), "text"))
        .otherwise("text")
        .alias("text")
    )


def _to_schema(table: pl.DataFrame, draw: np.random.Generator) -> pl.DataFrame:
    untold = pl.Series(draw.random(table.height) < 0.07)
    private = pl.col("is_private")
    return table.select(
        "message_id",
        "network",
        "text",
        channel=pl.when(private).then(pl.lit("dm")).otherwise(pl.col("network").replace_strict(CHANNELS)),
        visibility=pl.when(private).then(pl.lit("private")).otherwise(pl.lit("public")),
        author_id="author",
        author_role="role",
        account_id="account",
        created_at=pl.col("at").cast(MESSAGES.columns["created_at"]),
        lang=pl.when(~untold).then("language"),
        in_reply_to_id="parent",
        native_thread_id="native_thread",
        message_kind=_message_kind(),
        agent_id=pl.when(pl.col("role") == "agent").then(pl.format("agent{}", pl.col("agent").cast(pl.String).str.zfill(2))),
        conversation="conversation",
        kind="kind",
        step="step",
    )


def _message_kind() -> pl.Expr:
    opens, is_public_x = pl.col("step") == 0, (pl.col("network") == "x") & ~pl.col("is_private")
    return (
        pl.when(pl.col("kind") == "reshare")
        .then(pl.lit("reshare"))
        .when(opens & is_public_x & pl.col("is_quote"))
        .then(pl.lit("quote"))
        .when((pl.col("step") > 0) | pl.col("parent").is_not_null())
        .then(pl.lit("reply"))
        .otherwise(pl.lit("original"))
    )
