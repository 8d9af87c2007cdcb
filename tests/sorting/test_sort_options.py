"""Sub-folders, name templates, folders for what has no class, and what the target's disk cannot hold."""

import os
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from fewshot_gui.sorting import placing, volumes
from fewshot_gui.sorting.errors import SortRefused
from fewshot_gui.sorting.names import fold, portable
from fewshot_gui.sorting.plan import Action, Renaming, SortItem, SortOptions, SortPlan, Unfiled, plan_sort
from fewshot_gui.sorting.templates import FIELDS, parse_template
from fewshot_gui.sorting.volumes import NameRules, Space
from tests.sorting.conftest import World


def targets(plan: SortPlan) -> list[str]:
    assert plan.refusals == ()
    return [str(step.target.relative_to(plan.target)) for step in plan.steps]


# ---- templates


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("", "is empty"),
        ("  ", "is empty"),
        ("{size}", "unknown field"),
        ("{}", "without its partner|unknown field"),
        ("{name", "without its partner"),
        ("name}", "without its partner"),
        ("{{name}}", "without its partner"),
        ("{class}/{name}", "for sub-folders"),
        ("..\\{name}", "names cannot have"),
        ("{name}\n", "cannot be printed"),
        ("{n}:{name}", "names cannot have"),
        (".{name}", "begins with a dot"),
        ("../{name}", "for sub-folders"),
    ],
)
def test_an_unsafe_template_is_refused_with_a_sentence(template: str, words: str) -> None:
    with pytest.raises(SortRefused, match=words):
        parse_template(template)


def test_a_template_is_refused_before_anything_is_looked_at(world: World) -> None:
    world.put("a.jpg", "a")
    plan = world.plan({"a.jpg": "cat"}, Action.COPY, options=SortOptions(name="{what}"))
    assert plan.refusals == (
        'The name template has an unknown field "{what}". Known are {class}, {confidence}, {name}, {date}, {n}.',
    )


texts = st.text(max_size=300)


@given(texts, st.fixed_dictionaries(dict.fromkeys(FIELDS, texts)))
def test_no_template_leaves_its_folder(template: str, values: dict[str, str]) -> None:
    try:
        parsed = parse_template(template)
    except SortRefused:
        return
    check_stem(parsed.stem(values))


@given(st.lists(st.sampled_from([*FIELDS, " ", "_"]), min_size=1), st.fixed_dictionaries(dict.fromkeys(FIELDS, texts)))
def test_no_value_leads_out_of_the_folder(pieces: list[str], values: dict[str, str]) -> None:
    template = "".join(f"{{{piece}}}" if piece in FIELDS else piece for piece in pieces)
    if template.strip():
        check_stem(parse_template(template).stem(values))


def check_stem(stem: str) -> None:
    assert 1 <= len(stem.encode()) <= 255
    assert not set(stem) & set("/\\:\0") and stem.strip(". ") == stem
    assert (Path("/top") / stem).parent == Path("/top")


def test_every_field_is_filled_in_and_the_suffix_is_kept(world: World) -> None:
    world.put("IMG 1.JPG", "one")
    world.put("b.png", "two")
    taken = unique_day(world.source / "b.png")
    items = [SortItem(world.source / "IMG 1.JPG", "cat/dog", 0.978), SortItem(world.source / "b.png", "x", 0.1, True)]
    options = SortOptions(name="{class}-{confidence}-{date}-{name}-{n}")
    plan = plan_sort(items, world.target, Action.COPY, world.source, options=options)
    assert targets(plan) == [f"cat_dog/cat_dog-097-{taken}-IMG 1-1.JPG", f"x/x-100-{taken}-b-1.png"]
    assert [step.renaming for step in plan.steps] == [Renaming.TEMPLATE] * 2
    assert plan.collisions == ()
    assert plan.steps[0].why == "cat/dog, 98 %" and plan.steps[1].why == "x, you said so"


def unique_day(path: Path) -> str:
    from datetime import datetime

    return f"{datetime.fromtimestamp(path.stat().st_mtime):%Y-%m-%d}"


@pytest.mark.parametrize("said", ["2019:07:14 12:00:00", "0000:00:00 00:00:00", "yesterday"])
def test_the_date_is_when_the_picture_was_taken_if_that_is_known(world: World, said: str) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = said
    path = world.source / "a.jpg"
    Image.new("RGB", (8, 8)).save(path, exif=exif)
    day = "2019-07-14" if said.startswith("2019") else unique_day(path)
    plan = world.plan({"a.jpg": "cat"}, Action.COPY, options=SortOptions(name="{date}"))
    assert targets(plan) == [f"cat/{day}.jpg"]


def test_running_numbers_have_digits_enough_in_each_folder(world: World) -> None:
    labels = {}
    for number in range(12):
        world.put(f"p{number:02d}.jpg", f"{number}")
        labels[f"p{number:02d}.jpg"] = "cat" if number else "dog"
    plan = world.plan(labels, Action.COPY, options=SortOptions(name="{class}_{n}"))
    assert targets(plan)[:3] == ["dog/dog_1.jpg", "cat/cat_01.jpg", "cat/cat_02.jpg"]
    assert targets(plan)[-1] == "cat/cat_11.jpg"


def test_running_numbers_go_on_after_those_that_are_there(world: World) -> None:
    world.put("a.jpg", "new")
    world.put("b.jpg", "there before")
    world.put("cat_0007.jpg", "there before", world.target / "cat")
    world.put("cat_99999999.jpg", "a date, no number", world.target / "cat")
    plan = world.plan(dict.fromkeys(("a.jpg", "b.jpg"), "cat"), Action.COPY, options=SortOptions(name="{class}_{n}"))
    assert targets(plan) == ["cat/cat_8.jpg"]
    assert plan.already_there == (world.source / "b.jpg",)


def test_companions_get_the_new_stem_together(world: World) -> None:
    for name in ("IMG.jpg", "IMG.CR2", "IMG.CR2.xmp", "IMG.xmp", "IMG.jpg.xmp", "IMG.mov", "IMG.json", "IMG.txt"):
        world.put(name, name)
    plan = world.plan({"IMG.jpg": "cat"}, Action.MOVE, options=SortOptions(name="{class} {n}"))
    tails = [".jpg", ".CR2", ".CR2.xmp", ".jpg.xmp", ".json", ".mov", ".txt", ".xmp"]
    assert targets(plan) == [f"cat/cat 1{tail}" for tail in tails]
    assert {step.picture for step in plan.steps[1:]} == {world.source / "IMG.jpg"}


def test_a_template_without_a_number_never_makes_one_name_twice(world: World) -> None:
    for name in ("a.jpg", "b.jpg", "c.png"):
        world.put(name, name)
    plan = world.plan(dict.fromkeys(("a.jpg", "b.jpg", "c.png"), "cat"), Action.COPY, options=SortOptions(name="x"))
    assert targets(plan) == ["cat/x.jpg", "cat/x (2).jpg", "cat/x.png"]
    assert [step.source.name for step in plan.collisions] == ["b.jpg"]


# ---- sub-folders


def test_sub_folders_are_kept_below_the_class_folder(world: World) -> None:
    for name in ("a.jpg", "2024/may/a.jpg", "2024/may/a.xmp", "2024/b.jpg"):
        world.put(name, name)
    labels = {"a.jpg": "cat", "2024/may/a.jpg": "cat", "2024/b.jpg": "dog"}
    plan = world.plan(labels, Action.COPY, options=SortOptions(keep_subfolders=True))
    assert targets(plan) == ["cat/a.jpg", "cat/2024/may/a.jpg", "cat/2024/may/a.xmp", "dog/2024/b.jpg"]
    assert plan.collisions == ()


def test_sub_folders_that_differ_by_case_share_one_and_lose_nothing(world: World) -> None:
    world.put("X/a.jpg", "one")
    world.put("x/a.jpg", "two")
    if len(list(world.source.iterdir())) < 2:
        pytest.skip("this disk takes them for one folder")
    plan = world.plan({"X/a.jpg": "cat", "x/a.jpg": "cat"}, Action.COPY, options=SortOptions(keep_subfolders=True))
    assert targets(plan) == ["cat/X/a.jpg", "cat/X/a (2).jpg"]


def test_a_picture_never_takes_the_name_of_a_sub_folder(world: World) -> None:
    world.put("A.JPG", "picture")
    world.put("a.jpg/b.jpg", "below")
    if len(list(world.source.iterdir())) < 2:
        pytest.skip("this disk takes them for one")
    plan = world.plan({"A.JPG": "cat", "a.jpg/b.jpg": "cat"}, Action.COPY, options=SortOptions(keep_subfolders=True))
    assert targets(plan) == ["cat/a.jpg/b.jpg"]
    assert "the name of a sub-folder" in plan.problems[0][1]


def test_a_path_that_is_too_long_is_a_problem_and_the_rest_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.put("a.jpg", "a")
    world.put("deep/er/b.jpg", "b")
    monkeypatch.setattr(volumes, "_LONGEST_PATH", len(str(world.target / "cat")) + volumes._TEMPORARY + 1)
    labels = {"a.jpg": "cat", "deep/er/b.jpg": "cat"}
    plan = world.plan(labels, Action.COPY, options=SortOptions(keep_subfolders=True))
    assert targets(plan) == ["cat/a.jpg"]
    assert "too long" in plan.problems[0][1]


# ---- unsure and none of these


def unfiled(world: World, **options: str) -> SortPlan:
    for name in "abcd":
        world.put(f"{name}.jpg", name)
    items = [
        SortItem(world.source / "a.jpg", "cat", 0.9),
        SortItem(world.source / "b.jpg", None, 0.4, unfiled=Unfiled.UNSURE),
        SortItem(world.source / "c.jpg", None, 0.8, unfiled=Unfiled.NONE),
        SortItem(world.source / "d.jpg", None),
    ]
    return plan_sort(items, world.target, Action.COPY, world.source, options=SortOptions(**options))  # type: ignore[arg-type]


def test_pictures_without_a_class_are_left_alone_unless_they_get_a_folder(world: World) -> None:
    assert targets(unfiled(world)) == ["cat/a.jpg"]
    assert unfiled(world).left_alone == 3
    plan = unfiled(world, unsure="look at", none="other: things")
    assert targets(plan) == ["cat/a.jpg", "look at/b.jpg", "other_ things/c.jpg"]
    assert plan.left_alone == 1
    assert plan.renamed_folders == {"other: things": "other_ things"}


def test_a_folder_for_the_unsure_is_not_the_one_of_a_class(world: World) -> None:
    assert unfiled(world, unsure="CAT").refusals == (
        'The folder "CAT" for unsure pictures would be the one of the class cat. Choose another name.',
    )


# ---- disks


@pytest.fixture
def stick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The target is a stick whose disk takes only the names that Windows takes."""
    monkeypatch.setattr(placing, "name_rules", lambda folder: NameRules(True, 255))


@pytest.mark.usefixtures("stick")
def test_names_that_the_disk_cannot_hold_are_changed_visibly(world: World) -> None:
    names = ("12:30.jpg", "con.jpg", "fine .jpg", "what?.jpg", "what_.jpg")
    for name in names:
        world.put(name, name)
    world.put("12:30.xmp", "sidecar")
    plan = world.plan(dict.fromkeys(names, "cat"), Action.COPY)
    assert targets(plan) == [
        "cat/12_30.jpg",
        "cat/12_30.xmp",
        "cat/_con.jpg",
        "cat/fine .jpg",
        "cat/what_.jpg",
        "cat/what_ (2).jpg",
    ]
    assert plan.steps[0].note == "named 12_30.jpg, this disk cannot hold its own name"
    assert [step.source.name for step in plan.unfit] == ["12:30.jpg", "12:30.xmp", "con.jpg", "what?.jpg"]
    assert [step.source.name for step in plan.collisions] == ["what_.jpg"]


def test_a_disk_that_can_hold_a_name_gets_it(world: World) -> None:
    if volumes.name_rules(world.source).portable:
        pytest.skip("this disk cannot")
    name = os.fsdecode(b"12:30 \xff.jpg")
    world.put(name, "bytes")
    assert targets(world.plan({name: "cat"}, Action.COPY)) == [f"cat/{name}"]


def test_names_are_cut_for_a_disk_with_shorter_ones(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placing, "name_rules", lambda folder: NameRules(False, 143))
    names = ("x" * 180 + "1.jpg", "x" * 180 + "2.jpg")
    for name in names:
        world.put(name, name)
    plan = world.plan(dict.fromkeys(names, "cat"), Action.COPY)
    assert len(set(targets(plan))) == 2
    assert all(len(step.target.name) <= 143 for step in plan.steps)
    assert plan.steps[0].renaming is Renaming.UNFIT


@given(st.text(max_size=60), st.text(max_size=10))
def test_what_any_disk_holds_stays_as_it_is(stem: str, tail: str) -> None:
    once = portable(stem, tail)
    assert portable(*once) == once
    assert not set("".join(once)) & set('<>:"|?*/\\\0')
    assert "".join(once)[-1] not in " ."


def test_space_is_reckoned_on_each_volume(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from collections import namedtuple

    usage = namedtuple("usage", "total used free")
    for name in ("a.jpg", "b.jpg"):
        world.put(name, b"x" * 5000)
    cats = world.target / "cat"
    cats.mkdir(parents=True)
    monkeypatch.setattr("fewshot_gui.sorting.files.volume", lambda path: 2 if "cat" in path.parts else 1)
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage(0, 0, 6000 if "cat" in Path(path).parts else 9000))
    plan = world.plan({"a.jpg": "cat", "b.jpg": "dog"}, Action.COPY)
    assert plan.space == (Space(world.target, 8192, 9000), Space(cats, 8192, 6000))
    assert plan.refusals == (
        f"There is not enough space for {cats}: 0.0 MB are needed and 0.0 MB are free. Free some space or choose "
        "another folder.",
    )


# ---- all together

NAMES = [
    "a.jpg",
    "A.JPG",
    "e\u0301.jpg",
    "\u00e9.jpg",
    "a.xmp",
    "A.jpg.xmp",
    "a.CR2",
    "a (2).jpg",
    "CON.jpg",
    "b",
    "x" * 250 + ".jpg",
]
FOLDERS = ["", "x", "X", "x/e\u0301", "x/\u00e9", "a.jpg"]
LABELS = ["cat", "Cat", "..", "a/b", "CON", "e\u0301", "\u00e9", "x" * 300, None]
TEMPLATES = ["", "{name}", "{class}", "{n}", "{class} {confidence} {name}", "{name} {n}", "a", "{name}{name}", "CON"]


@settings(max_examples=80)
@given(
    st.dictionaries(st.tuples(st.sampled_from(FOLDERS), st.sampled_from(NAMES)), st.sampled_from(LABELS), max_size=8),
    st.sampled_from(TEMPLATES),
    st.booleans(),
    st.booleans(),
)
def test_no_plan_leaves_the_target_or_names_two_files_alike(
    new_world: Callable[[], World],
    pictures: dict[tuple[str, str], str | None],
    template: str,
    keep_subfolders: bool,
    windows: bool,
) -> None:
    world = new_world()
    labels = {}
    for (folder, name), label in pictures.items():
        path = world.source / folder / name
        if not path.exists() and not any(part.is_file() for part in path.parents):
            world.put(str(path.relative_to(world.source)), f"{len(labels)}")
            labels[str(path.relative_to(world.source))] = label
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(placing, "name_rules", lambda folder: NameRules(windows, 255))
        plan = world.plan(
            labels, Action.COPY, options=SortOptions(keep_subfolders, template, "unsure", "none of these")
        )
    seen = set()
    for step in plan.steps:
        assert step.target.is_relative_to(world.target) and ".." not in step.target.parts
        assert step.target.name.endswith(step.source.suffix)
        assert len(os.fsencode(step.target.name)) <= 255
        seen.add(unicodedata.normalize("NFC", fold(str(step.target))))
        if windows:
            relative = step.target.relative_to(world.target)
            assert not any(set(part) & set('<>:"|?*\\') for part in relative.parts)
    assert len(seen) == len(plan.steps)
    assert not seen & {fold(str(step.target.parent)) for step in plan.steps}
    if plan.steps:
        result = world.apply(plan)
        assert (result.failed, result.stopped, result.done) == ((), None, len(plan.steps))
