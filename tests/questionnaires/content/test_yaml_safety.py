"""What a content file has no use for is refused before it is understood (QST-0)."""

import pytest

from questionnaires.content import ContentError, read_questionnaire
from questionnaires.content.yaml_tree import MAX_BYTES

CASES = {
    "an anchor": (b"code: &a essai\n", "les ancres (« & ») et les renvois (« * ») ne sont pas permis"),
    "an alias": (b"a: &x [1]\nb: *x\n", "les ancres"),
    "an alias to nothing": (b"a: *x\n", "les ancres"),
    "an exponential document": (b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n", "les ancres"),
    "a Python object": (b"a: !!python/object/apply:os.system [ls]\n", "les étiquettes de type (« ! ») ne sont pas permises"),
    "a tag": (b"a: !!str 1\n", "les étiquettes de type"),
    "a repeated key": (b"code: a\ncode: b\n", "ligne 2, code : la clé est répétée (déjà ligne 1)"),
    "a repeated key, inside": (b"sections:\n  - code: a\n    code: b\n", "ligne 3, sections[0].code : la clé est répétée"),
    "two documents": (b"a: 1\n---\nb: 2\n", "un seul document"),
    "nothing": (b"", "le fichier est vide"),
    "only a comment": (b"# rien\n", "le fichier est vide"),
    "a list": (b"- a\n", "le fichier doit contenir des clés suivies de leurs valeurs"),
    "another encoding": ("a: é\n".encode("latin-1"), "ligne 1 : le fichier n'est pas enregistré en UTF-8"),
    "another encoding, further down": (b"a: 1\nb: \xe9\n", "ligne 2 : le fichier n'est pas enregistré en UTF-8"),
    "UTF-16": ("a: b\n".encode("utf-16"), "n'est pas enregistré en UTF-8"),
    "a NUL": (b"a: 1\nb: \x00\n", "ligne 2 : le fichier contient un caractère qui ne s'écrit pas (U+0000)"),
    "a bullet of a word processor": ("titre: \uf0b7 a\n".encode(), "ligne 1 : le fichier contient un caractère qui ne s'écrit pas (U+F0B7)"),
    "a mark that turns the reading round": ("a: 1\nb: x\u202ey\n".encode(), "ligne 2 : le fichier contient un caractère qui ne s'écrit pas"),
    "an escaped NUL": (b'code: "a\\0b"\n', "ligne 1, code : le texte contient un caractère qui ne s'écrit pas"),
    "an escaped bell": (b'titre: "\\a"\n', "titre : le texte contient un caractère qui ne s'écrit pas"),
    "a key that is a list": (b"? [a]\n: b\n", "une clé doit être un simple mot"),
    "a great depth": (b"a: " + b"[" * 5000 + b"]" * 5000, "imbriqués sur plus de 40 niveaux"),
    "a great size": (b"a: " + b"x" * MAX_BYTES, "le fichier dépasse la taille permise (2 Mio)"),
    "a tab": (b"a:\n\t- b\n", "une tabulation en début de ligne"),
    "a colon in a text": (b"titre: Cible : forte\n", "ligne 1 : le fichier n'est pas du YAML correct : un texte qui contient"),
    "a text that starts with a reserved sign": (b"titre: @abc\n", "un texte à mettre entre guillemets"),
    "a quote left open": (b'titre: "abc\n', "n'est pas du YAML correct"),
    "a bracket left open": (b"titre: [a\n", "n'est pas du YAML correct"),
    "a wrong alignment": (b"sections:\n  - code: a\n   titre: b\n", "n'est pas du YAML correct"),
}


@pytest.mark.parametrize(("content", "message"), CASES.values(), ids=CASES)
def test_file_is_refused(tmp_path, content, message):
    """QST-0"""
    path = tmp_path / "essai.yaml"
    path.write_bytes(content)
    with pytest.raises(ContentError) as caught:
        read_questionnaire(path)
    assert message in str(caught.value)


def test_missing_file_is_told(tmp_path):
    """QST-0"""
    with pytest.raises(ContentError, match=r"absent\.yaml : le fichier ne peut pas être ouvert"):
        read_questionnaire(tmp_path / "absent.yaml")
