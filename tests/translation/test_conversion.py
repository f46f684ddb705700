"""Marian models made Argos packages: real ones, which copy what they read."""

import json
import shutil
import zipfile
from pathlib import Path

import ctranslate2
import numpy as np
import pytest
import sentencepiece
from argostranslate import translate
from argostranslate.package import Package as ArgosPackage
from ctranslate2.converters import OpusMTConverter

from subtitler.errors import SubtitlerError
from subtitler.translation.conversion import Conversion, convert
from subtitler.translation.engine import Engine
from subtitler.translation.packages import list_packages

from .marian import make_marian

LATIN = Conversion("en", "sr", ">>srp_Latn<<")
SENTENCES = ["hello world of peace", "long talks and peace", "peace", "hello NATO world"]


@pytest.fixture(scope="module")
def marian(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_marian(tmp_path_factory.mktemp("opus") / "opus+bt-2021-04-20")


@pytest.fixture
def spoilt(marian: Path, tmp_path: Path) -> Path:
    """A copy of the model, to be spoilt."""
    return Path(shutil.copytree(marian, tmp_path / "spoilt"))


@pytest.fixture(scope="module")
def package(marian: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("made") / "en_sr.argosmodel"
    convert(marian, made, LATIN)
    return made


def translated(package: Path, sentences: list[str] = SENTENCES) -> list[str]:
    [found] = [p for p in list_packages(package) if p.path == package]
    return [hypotheses[0] for hypotheses in Engine(found).translate(sentences)]


def test_it_translates(package: Path) -> None:
    """The words of the target vocabulary are those of target.spm alone."""
    assert translated(package) == [
        "Latinica zdravo svete od mira",
        "Latinica dugih razgovora i mira",
        "Latinica mira",
        "Latinica zdravo NATO svete",
    ]


def test_the_token_decides_what_it_writes(marian: Path, tmp_path: Path) -> None:
    convert(marian, tmp_path / "c.argosmodel", Conversion("en", "sr", ">>srp_Cyrl<<"))
    assert translated(tmp_path / "c.argosmodel", ["peace"]) == ["Ћирилица mira"]
    convert(marian, tmp_path / "n.argosmodel", Conversion("en", "sr", ""))
    assert translated(tmp_path / "n.argosmodel", ["peace"]) == ["mira"]


def test_as_with_the_token_written_by_hand(marian: Path, package: Path, tmp_path: Path) -> None:
    """CTranslate2's own converter, with the token before the pieces of the sentence."""
    OpusMTConverter(str(marian)).convert(str(tmp_path / "plain"), quantization="int8")
    model = ctranslate2.Translator(str(tmp_path / "plain"))
    source = sentencepiece.SentencePieceProcessor(model_file=str(marian / "source.spm"))
    target = sentencepiece.SentencePieceProcessor(model_file=str(marian / "target.spm"))
    texts = []
    for sentence in SENTENCES:
        tokens = [">>srp_Latn<<", *source.encode(sentence, out_type=str)]
        [result] = model.translate_batch([tokens], beam_size=4, replace_unknowns=True)
        texts.append(target.decode_pieces(result.hypotheses[0]).replace("▁", " "))
    assert translated(package) == texts


def test_as_argos_translates(package: Path, tmp_path: Path) -> None:
    """Any Argos program can use it: it knows nothing of tokens."""

    class NoSplitting:
        def split_sentences(self, text: str) -> list[str]:
            return [text]

    with zipfile.ZipFile(package) as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / "translate-en_sr-1_0"
    argos = ArgosPackage(folder)
    model = ctranslate2.Translator(str(folder / "model"))
    for sentence, text in zip(SENTENCES, translated(package), strict=True):
        [hypothesis] = translate.apply_packaged_translation(
            argos, sentence, model, NoSplitting(), num_hypotheses=1
        )
        assert hypothesis.value == text


def test_what_is_in_the_package(package: Path) -> None:
    [found] = [p for p in list_packages(package) if p.path == package]
    assert (found.pair, found.version, found.licence()) == ("en-sr", "1.0", "CC BY 4.0")
    with zipfile.ZipFile(package) as archive:
        names = set(archive.namelist())
        readme = archive.read("translate-en_sr-1_0/README.md").decode()
        metadata = json.loads(archive.read("translate-en_sr-1_0/metadata.json"))
    assert {name.partition("/")[0] for name in names} == {"translate-en_sr-1_0"}
    assert {name.partition("/")[2] for name in names} == {
        *("metadata.json", "README.md", "LICENSE", "sentencepiece.model"),
        *("model/model.bin", "model/config.json", "model/shared_vocabulary.json"),
    }
    assert "opus+bt-2021-04-20" in readme
    assert ">>srp_Latn<<" in readme
    assert "* a model for tests" in readme
    assert (metadata["from_name"], metadata["to_name"]) == ("English", "Serbian")


@pytest.mark.parametrize("top", ["", "opus-2021/"], ids=["flat", "one folder down"])
def test_a_zip_and_a_folder_give_the_same_package(
    top: str, marian: Path, package: Path, tmp_path: Path
) -> None:
    archive = tmp_path / "opus+bt-2021-04-20"
    with zipfile.ZipFile(archive, "w") as file:
        for path in marian.iterdir():
            file.write(path, f"{top}{path.name}")
    convert(archive, tmp_path / "from.zip", LATIN)
    assert (tmp_path / "from.zip").read_bytes() == package.read_bytes()


def test_a_model_that_ctranslate2_converted(marian: Path, package: Path, tmp_path: Path) -> None:
    OpusMTConverter(str(marian)).convert(str(tmp_path / "ct2"), quantization="int8")
    with pytest.raises(SubtitlerError, match=r"ct2 lacks source\.spm"):
        convert(tmp_path / "ct2", tmp_path / "made", LATIN)
    shutil.copy(marian / "source.spm", tmp_path / "ct2")
    convert(tmp_path / "ct2", tmp_path / "made", LATIN)
    assert translated(tmp_path / "made") == translated(package)


def test_a_model_of_one_language_needs_no_token(tmp_path: Path) -> None:
    model = make_marian(tmp_path / "opus", tokens=())
    convert(model, tmp_path / "made", Conversion("en", "sr"))
    assert translated(tmp_path / "made", ["peace"]) == ["mira"]
    with pytest.raises(SubtitlerError, match=">>hrv<<: it has none of the kind"):
        convert(model, tmp_path / "other", Conversion("en", "hr", ">>hrv<<"))


# --- Bad models -----------------------------------------------------------------------------------


def refuses(source: Path, saying: str, conversion: Conversion = LATIN) -> None:
    output = source.parent / "result.argosmodel"
    output.write_bytes(b"of yesterday")
    with pytest.raises(SubtitlerError, match=saying) as error:
        convert(source, output, conversion)
    assert "\n" not in str(error.value)
    assert source.name in str(error.value)
    assert output.read_bytes() == b"of yesterday"


@pytest.mark.parametrize(
    ("token", "saying"),
    [
        (">>srp<<", "does not know the token >>srp<<: .* >>srp_Cyrl<<, >>srp_Latn<<"),
        (None, "several languages, name one with --token: >>srp_Cyrl<<, >>srp_Latn<<"),
    ],
)
def test_a_token_that_it_does_not_know(token: str | None, saying: str, spoilt: Path) -> None:
    refuses(spoilt, saying, Conversion("en", "sr", token))


@pytest.mark.parametrize(
    ("spoil", "saying"),
    [
        (lambda m: (m / "source.spm").unlink(), r"lacks source\.spm"),
        (lambda m: (m / "source.spm").write_bytes(b"no model"), "tokenizer .* cannot be loaded"),
        (lambda m: (m / "opus.npz").unlink(), r"lacks opus\.npz"),
        (lambda m: (m / "opus.npz").write_bytes(b"PK\x03\x04"), "CTranslate2 cannot convert"),
        (lambda m: (m / "opus.npz").write_bytes(b"pickle"), "CTranslate2 cannot convert"),
        (lambda m: np.savez(m / "opus.npz", a=[1]), "CTranslate2 cannot convert .*special:model"),
        (lambda m: (m / "opus.vocab.yml").unlink(), r"lacks opus\.vocab\.yml"),
        (lambda m: (m / "opus.vocab.yml").write_text("rubbish\n"), "vocabulary .* is damaged"),
        (
            lambda m: (m / "opus.vocab.yml").write_bytes(b"\xff\xfe: 1\n"),
            "vocabulary .* is damaged",
        ),
        (lambda m: (m / "decoder.yml").unlink(), "holds no Marian model"),
        (lambda m: (m / "decoder.yml").write_text("models: []\n"), r"decoder\.yml .* is damaged"),
        (lambda m: (m / "decoder.yml").write_text("a: [\n"), r"decoder\.yml .* is damaged"),
        (lambda m: (m / "decoder.yml").write_bytes(b"\xff"), r"decoder\.yml .* is damaged"),
    ],
)
def test_a_model_with_a_part_missing_or_damaged(spoil, saying: str, spoilt: Path) -> None:
    spoil(spoilt)
    refuses(spoilt, saying)


@pytest.mark.parametrize(
    ("name", "content", "saying"),
    [
        ("shared_vocabulary.json", b"3", r"shared_vocabulary\.json .* is not a JSON list"),
        ("shared_vocabulary.json", b"\xff", r"shared_vocabulary\.json .* is not UTF-8"),
        ("source_vocabulary.txt", b"\xff", r"source_vocabulary\.txt .* is not UTF-8"),
        ("config.json", b"[]", r"config\.json .* is not a JSON object"),
        ("vocabulary", None, r"vocabulary cannot be read or written \(Is a directory\)"),
    ],
)
def test_a_converted_model_with_a_part_damaged(
    name: str, content: bytes | None, saying: str, marian: Path, tmp_path: Path
) -> None:
    model = tmp_path / "ct2"
    OpusMTConverter(str(marian)).convert(str(model), quantization="int8")
    shutil.copy(marian / "source.spm", model)
    if name.startswith("source"):
        (model / "shared_vocabulary.json").unlink()
    if content is None:
        (model / name).mkdir()
    else:
        (model / name).write_bytes(content)
    refuses(model, saying)


def test_what_lies_beside_the_model_does_not_matter(spoilt: Path, tmp_path: Path) -> None:
    (spoilt.parent / "metadata.json").write_text("{}")
    convert(spoilt, tmp_path / "made", LATIN)
    assert translated(tmp_path / "made", ["peace"]) == ["Latinica mira"]


def test_a_language_into_itself(spoilt: Path) -> None:
    with pytest.raises(SubtitlerError, match="not en into itself"):
        convert(spoilt, spoilt.parent / "made", Conversion("en", "en", ""))


def test_a_vocabulary_of_another_model(spoilt: Path) -> None:
    vocabulary = spoilt / "opus.vocab.yml"
    vocabulary.write_text(vocabulary.read_text(encoding="utf-8") + "more: 99\n", encoding="utf-8")
    refuses(spoilt, "CTranslate2 cannot convert .*vocabulary")


def test_names_in_decoder_yml_lead_nowhere_else(spoilt: Path, tmp_path: Path) -> None:
    shutil.move(spoilt / "opus.npz", tmp_path / "secret.npz")
    decoder = spoilt / "decoder.yml"
    decoder.write_text(decoder.read_text().replace("opus.npz", str(tmp_path / "secret.npz")))
    refuses(spoilt, r"lacks secret\.npz")


@pytest.mark.parametrize("weights", ["pytorch_model.bin", "model.safetensors"])
def test_a_model_for_pytorch(weights: str, tmp_path: Path) -> None:
    model = tmp_path / "opus-mt-tc-base-en-sh"
    model.mkdir()
    for name in ("config.json", weights, "source.spm", "target.spm"):
        (model / name).write_text("{}")
    refuses(model, f"PyTorch .*{weights}.* listed at https://github.com/Helsinki-NLP")
    url = "https://object.pouta.csc.fi/Tatoeba-MT-models/eng-hbs/opus+bt-2021-04-20.zip"
    (model / "README.md").write_text(f"- **Original Model**: [opus+bt-2021-04-20.zip]({url})\n")
    refuses(model, r"from which it was made, https://object\.pouta\.csc\.fi/.*04-20\.zip$")


def test_what_is_no_model(package: Path, tmp_path: Path) -> None:
    refuses(Path(shutil.copy(package, tmp_path / "p.argosmodel")), "is an Argos package already")
    (tmp_path / "text.zip").write_text("<html>")
    refuses(tmp_path / "text.zip", "is not a Marian model: it is not a zip file")
    (tmp_path / "empty").mkdir()
    refuses(tmp_path / "empty", "holds no Marian model")
    refuses(tmp_path / "nowhere", "There is no file or folder")
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as file:
        file.writestr("../decoder.yml", "x")
    refuses(tmp_path / "evil.zip", "lies outside its folder")
