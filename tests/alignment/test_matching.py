"""Which words heard are which words of the transcript."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from subtitler.alignment.matching import SEED, Block, match

keys = st.lists(st.integers(0, 5), max_size=40)


def pairs(text: str, heard: str) -> list[tuple[int, int]]:
    """(place in the transcript, place in what was heard) of every word that is matched."""
    blocks = match(text.split(), heard.split())
    return [(b.text + n, b.heard + n) for b in blocks for n in range(b.size)]


def test_the_same_words_are_one_block() -> None:
    assert match("abcdef", "abcdef") == [Block(0, 0, 6)]


def test_nothing_heard_or_nothing_written_matches_nothing() -> None:
    assert match("abcdef", "") == []
    assert match("", "abcdef") == []


def test_the_transcript_covers_a_part_of_what_is_heard() -> None:
    assert match("abcdef", "xyzabcdefzyx") == [Block(0, 3, 6)]


def test_a_part_of_the_transcript_is_heard() -> None:
    assert match("xyzabcdefzyx", "abcdef") == [Block(3, 0, 6)]


def test_words_left_out_by_the_speaker() -> None:
    text = list(range(100))
    assert match(text, text[:40] + text[60:]) == [Block(0, 0, 40), Block(60, 40, 40)]


def test_words_added_by_the_speaker() -> None:
    text = list(range(100))
    heard = [*text[:50], *range(200, 220), *text[50:]]
    assert match(text, heard) == [Block(0, 0, 50), Block(50, 70, 50)]


def test_a_word_heard_wrong() -> None:
    text = list(range(20))
    assert match(text, [*text[:8], 99, *text[9:]]) == [Block(0, 0, 8), Block(9, 9, 11)]


def test_runs_shorter_than_a_seed_are_chance() -> None:
    assert match("abcdefgh", "ab--cd--fg") == []


def test_chance_among_what_is_right_is_passed_over() -> None:
    assert match("abcdefgh", "gh--bc--abcdefgh--de") == [Block(0, 8, 8)]


def test_order_tells_repeated_sentences_apart() -> None:
    text = "thank you very much one two three four thank you very much five six seven"
    assert pairs(text, text) == [(n, n) for n in range(15)]
    # Only the second thanks is spoken: what follows tells which it is.
    assert pairs(text, "thank you very much five six seven") == [(8 + n, n) for n in range(7)]
    # Only the first.
    assert pairs(text, "thank you very much one two three") == [(n, n) for n in range(7)]


def test_a_chorus_is_matched_as_often_as_it_is_spoken() -> None:
    chorus = "we will not give up "
    text = 10 * chorus
    assert pairs(text, text) == [(n, n) for n in range(50)]
    places = pairs(text, 4 * chorus)
    assert [heard for _, heard in places] == list(range(20))


def test_sentences_that_an_editor_reordered_never_cross() -> None:
    first, second = "a b c d e f g h", "p q r s t"
    assert pairs(f"{first} {second}", f"{second} {first}") == [(n, 5 + n) for n in range(8)]


def test_a_transcript_of_one_or_two_words() -> None:
    assert pairs("welcome", "thank you welcome all") == [(0, 2)]
    assert pairs("thank you", "welcome thank you all") == [(0, 1), (1, 2)]
    assert pairs("thank you", "thank all you") == []


@given(keys, keys)
def test_blocks_are_equal_in_order_and_apart(text: list[int], heard: list[int]) -> None:
    blocks = match(text, heard)
    for b in blocks:
        assert b.size > 0
        assert text[b.text : b.text + b.size] == heard[b.heard : b.heard + b.size]
    for a, b in pairwise(blocks):
        assert a.text + a.size <= b.text
        assert a.heard + a.size <= b.heard


@given(st.lists(st.integers(0, 5), min_size=SEED, max_size=40))
def test_a_transcript_heard_whole_is_matched_whole(text: list[int]) -> None:
    assert sum(b.size for b in match(text, text)) == len(text)


@given(st.data())
def test_whatever_is_cut_from_unlike_words_the_rest_is_found(data: st.DataObject) -> None:
    text = list(range(60))
    begin = data.draw(st.integers(SEED, 30))
    end = data.draw(st.integers(begin, 60 - SEED))
    added = data.draw(st.lists(st.integers(100, 120), max_size=10))
    heard = text[:begin] + added + text[end:]
    blocks = match(text, heard)
    assert {b.heard + n for b in blocks for n in range(b.size)} == (
        set(range(len(heard))) - set(range(begin, begin + len(added)))
    )


def test_a_word_heard_by_chance_before_a_run_is_not_part_of_it() -> None:
    """The second "a" heard could go before the run only as a block of its own, which costs more."""
    text = [0, 2, 0, 2, 2, 2, 0, 0, 1, 0, 2, 2, 2, 1]
    heard = [0, 0, 2, 2, 0, 0, 0, 2, 1]
    assert worth(match(text, heard)) == 2.5


few_keys = st.lists(st.integers(0, 2), max_size=16)


@given(few_keys, few_keys)
def test_no_chain_of_runs_is_better(text: list[int], heard: list[int]) -> None:
    """Against a search that tries every way to go on from every pair of equal words."""
    runs = {
        (t, h)
        for t in range(len(text) - SEED + 1)
        for h in range(len(heard) - SEED + 1)
        if text[t : t + SEED] == heard[h : h + SEED]
    }
    pairs = sorted({(t + n, h + n) for t, h in runs for n in range(SEED)})
    best: dict[tuple[int, int], float] = {}
    for t, h in pairs:
        before = [best[p] for p in pairs if p[0] < t and p[1] < h]
        # Pairs on one diagonal are one block, wherever the seeds came from.
        straight = best.get((t - 1, h - 1), -1.5)
        best[t, h] = 1 + max(straight, max(before, default=0.0) - 1.5, -1.5)
    if len(text) >= SEED:
        assert worth(match(text, heard)) == max(best.values(), default=0.0)


def worth(blocks: list[Block]) -> float:
    return sum(block.size - 1.5 for block in blocks)
