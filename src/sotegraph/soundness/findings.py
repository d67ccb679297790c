"""A finding: what is wrong, where, and what to do; and the checks that are no shapes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import BlankNode, NamedNode

from sotegraph.terms import PREFIXES
from sotegraph.validation import INFO, VIOLATION, WARNING
from sotegraph.validation.lines import Place

Texts = Mapping[str, str]
HINT = " Did you mean {names}?"
"""What follows a problem when something similar is known."""
CHOICES = " The choices are: {names}."
"""What follows a problem when nothing similar is known, but all that might have been meant."""


@dataclass(frozen=True)
class Check:
    """Something that is looked for in a publication: an IRI of the core's vocabulary, and what is said of a hit."""

    term: str
    problem: str
    remedy: str
    severity: NamedNode = VIOLATION

    @property
    def iri(self) -> str:
        """The IRI of the check."""
        return PREFIXES["pub"] + self.term

    @property
    def name(self) -> str:
        """The name of the check, as it stands in text.

        >>> DANGLING_LINK.name
        'dangling-link'
        """
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", self.term).lower()


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. *source_shape* is a shape or a check; *path* is SPARQL path text."""

    place: Place
    severity: NamedNode
    source_shape: NamedNode | BlankNode
    messages: Texts = field(hash=False)
    remedies: Texts = field(default_factory=dict, hash=False)
    focus: Any = None
    path: str | None = None
    value: Any = None
    component: str | None = None

    @property
    def shape(self) -> str:
        """The IRI of the shape or the check."""
        return self.source_shape.value

    @property
    def name(self) -> str:
        """The name of the check, as it stands in text; the IRI of a shape.

        >>> Finding(Place("a", 1), VIOLATION, NamedNode(DANGLING_LINK.iri), {}).name
        'dangling-link'
        """
        if self.shape.startswith(PREFIXES["pub"]):
            return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", self.shape[len(PREFIXES["pub"]) :]).lower()
        return self.shape

    @property
    def sort_key(self) -> tuple[Any, ...]:
        """Orders findings by place, then by what was found."""
        return (self.place, self.shape, str(self.focus), str(self.value))


SYNTAX = Check("Syntax", "The file cannot be read: {problem}.", "Correct the syntax at this place.")
REFUSED = Check("Refused", "The file is refused: {problem}.", "Send it without that.")
BROKEN_FILE = Check(
    "BrokenFile",
    "The file is not whole, or not what it claims to be: {problem}.",
    "Save it anew in its program, and send it again.",
)
MISSING_FILE = Check("MissingFile", "The file is missing.", "Add it; no publication can do without.")
MISSING_SOURCE = Check(
    "MissingSource",
    "The folder {folder} has data but no source.ttl.",
    "Describe the source there: where it comes from, since when, and under which licence.",
)
INCONSISTENT = Check("Inconsistent", "{problem}", "Correct the description of the publication.")
MALFORMED_KEY_FILE = Check(
    "MalformedKeyFile", "The line is not a segment, a key and an id.", "Write the three, with commas between them."
)
MALFORMED_KEY = Check(
    "MalformedKey",
    "The key {key} has other characters than a to z, 0 to 9 and the hyphen.",
    "Give the thing a key of these characters; a dot would be taken for a file suffix.",
)
DUPLICATE_KEY = Check(
    "DuplicateKey",
    "The key {key} of the segment {segment} was given in line {line} already.",
    "Give this row the next free key; a key is never used twice.",
)
DUPLICATE_ID = Check(
    "DuplicateId",
    "The id {id} of the segment {segment} got the key {key} in line {line} already.",
    "Remove the row that was added later.",
)
UNREGISTERED_KEY = Check(
    "UnregisteredKey",
    "The key {key} of the segment {segment} is not in data/keys.csv.",
    "Add it there, or correct the IRI.",
)
CONTEXT_TERM = Check(
    "ContextTerm",
    "The key {key} of the context stands for {iri}, which is no term of the vocabulary.",
    "Define the term, or correct or remove the key.",
)
CLASS_WITHOUT_SHAPE = Check(
    "ClassWithoutShape",
    "{class_name} has data (this is the first of {count}), but no shape describes it.",
    "Add a node shape for the class, or give the thing a class that has one.",
)
UNTYPED = Check(
    "Untyped",
    "{thing} has no class, so that no shape is applied to it.",
    "State its class.",
    WARNING,
)
UNDEFINED_TERM = Check(
    "UndefinedTerm",
    "{term} is used, but the vocabulary does not define it.",
    "Define it in the ontology, or correct the name.",
)
MISSPELT_TERM = Check(
    "MisspeltTerm",
    "The vocabulary that {term} seems to be from does not define it.{hint}",
    "Correct the name.",
    WARNING,
)
REFUSED_IMPORT = Check(
    "RefusedImport",
    "The file imports {iri}, which did not come along; nothing is fetched because a file says so.",
    "Send the file along that states it to be an owl:Ontology (for shapes, among the shapes), take the line out, or "
    "ask for a check without imports.",
)
IGNORED_IMPORT = Check(
    "IgnoredImport",
    "{iri} is not read: nothing is fetched because a file says so.",
    "Send it along if it is needed, and remove the import.",
    WARNING,
)
DANGLING_LINK = Check(
    "DanglingLink",
    "The link leads to {link}, of which nothing is said.",
    "Correct the IRI, add what it stands for, or remove the link.",
)
DUPLICATE_SEGMENT = Check(
    "DuplicateSegment",
    "The segment {segment} has more than one collection.",
    "Choose another segment, or join the collections.",
)
COLLECTION_WITHOUT_CLASS = Check(
    "CollectionWithoutClass",
    "The collection at {segment} has neither a class nor a concept scheme.",
    "State pub:class or pub:scheme.",
)
ENTITY_WITHOUT_COLLECTION = Check(
    "EntityWithoutCollection",
    "No collection has the segment {segment}, but data stand there (this is the first of {count}).",
    "Describe a collection for the segment, or correct the IRIs.",
)
WRONG_COLLECTION = Check(
    "WrongCollection",
    "{thing} is of no class of the collection at {segment}.",
    "Correct the class or the IRI, or add the class to the collection.",
)
UNNAMED_SHAPE = Check(
    "UnnamedShape",
    "A property shape of {shape} has no IRI, so that nothing can refer to it.",
    "Give it an IRI.",
)
MALFORMED_SHAPES = Check(
    "MalformedShapes", "The shapes cannot be applied: {problem}.", "Correct the shape; until then none is applied."
)
MISSING_QUERY = Check(
    "MissingQuery", "The profile names the query {file}, which is missing.", "Add the file, or correct its name."
)
UNUSABLE_QUERY = Check(
    "UnusableQuery", "The query of a profile cannot be used: {problem}", "Correct the query at this place."
)
UNUSABLE_QUESTION = Check(
    "UnusableQuestion", "The question {name} cannot be asked: {problem}", "Correct it at this place."
)
VALUELESS_PARAMETER = Check(
    "ValuelessParameter",
    "The parameter {name} takes an instance of {class_name}, and the data have none.",
    "Correct the class, or list the values by sh:in.",
    WARNING,
)
DEFAULT_OUT_OF_CLASS = Check(
    "DefaultOutOfClass",
    "The default of the parameter {name}, {thing}, is not one of its values: instances of {class_name}.",
    "Correct the default, or the class or the scheme of the parameter.",
)
UNASKED_QUERY = Check(
    "UnaskedQuery", "No question names the query {file}.", "Describe the question, or remove the file."
)
NOTHING_TO_VALIDATE = Check("NothingToValidate", "The file holds no statement.", "Check that it is the right file.")
EMPTY_TABLE = Check(
    "EmptyTable",
    "The table has no filled row; the example row of a template is not read.",
    "Fill in at least one row below the headers.",
)
NOTHING_JUDGED = Check(
    "NothingJudged",
    "Nothing that the files describe is judged by these requirements, at most parts of it. They describe: {classes}.",
    "Choose the requirements for that.",
    WARNING,
)
UNKNOWN_TABLE = Check(
    "UnknownTable",
    "{table} has no row of headers that is known here; nothing in it was read.",
    "Use a template, or write its headers into one row.",
)
AMBIGUOUS_TABLE = Check(
    "AmbiguousTable",
    "The headers of {table} fit several kinds of things: {names}. It was read as the first.",
    "Name the sheet or the file after the right one.",
)
WRONG_TABLE = Check(
    "WrongTable",
    "{table} is named after “{named}”, but its headers are those of “{fitting}”.",
    "Rename it, or use the template for what it describes.",
)
UNKNOWN_CLASS = Check(
    "UnknownClass", "No kind of thing is called {name}.{hint}", "Write the name that the template for it has."
)
UNKNOWN_COLUMN = Check(
    "UnknownColumn",
    "The column “{header}” is not known for “{class_name}”; nothing in it was read.{hint}",
    "Correct the header, or remove the column.",
    WARNING,
)
UNHEADED_VALUE = Check(
    "UnheadedValue",
    "The value stands in a column without a header; it was not read.",
    "Give the column a header, or move the value below the right one. In a CSV file, put a value that holds the "
    "separator between quotation marks.",
    WARNING,
)
UNREAD_ROW = Check(
    "UnreadRow",
    "Nothing in this row stands under a known header; it was not read.",
    "Remove the row, or move what it says to the right columns.",
    WARNING,
)
MARKED_AS_EXAMPLE = Check(
    "MarkedAsExample",
    "The row is marked as the example and was not read, but something else stands in it.",
    "Empty this cell if the row is your own; else remove the row.",
)
HIDDEN_SHEET = Check(
    "HiddenSheet", "The sheet {table} is hidden, and was not read.", "Show the sheet, or remove it.", WARNING
)
UNKNOWN_CODE = Check(
    "UnknownCode",
    "The value “{sent}” of “{header}” is not known here.{hint}",
    "Write a name or a code as in the published data or in the list of the template.",
)
ENDED_CODE = Check(
    "EndedCode",
    "“{sent}” is no longer in use{ended}. It was replaced by {names}.",
    "Write what took its place, if that is what you mean.",
)
AMBIGUOUS_CODE = Check(
    "AmbiguousCode",
    "“{sent}” may be any of several things: {names}.",
    "Write the code or the address of the one you mean.",
)
PUBLISHED_ALREADY = Check(
    "PublishedAlready",
    "The row is the example of the template, which is published already: {key}.",
    "Write your own data over it, or remove the row.",
    INFO,
)
UNKNOWN_KEY = Check(
    "UnknownKey",
    "{sent} is not the key of anything published.",
    "Correct it, or leave the cell empty when the row describes something new.",
)
REPAIRED = Check(
    "Repaired", "The cell holds {sent}; it was read as {read}.", "Correct the cell if that is wrong.", WARNING
)
FORMULA_WITHOUT_RESULT = Check(
    "FormulaWithoutResult",
    "The cell has a formula, but no result was saved with it; formulas are not computed here.",
    "Open the file in a spreadsheet program and save it, or write the value itself.",
)
CELL_ERROR = Check("CellError", "The cell shows the error {sent}.", "Correct the formula, or write the value itself.")
GARBLED_TEXT = Check(
    "GarbledText",
    "The text has been written in one encoding and read in another: {sent}.",
    "Save the file as UTF-8 from where the text was still right.",
)
HIDDEN_CHARACTER = Check(
    "HiddenCharacter",
    "The text holds characters that nobody sees: {characters}.",
    "Write the text anew without them; they often come along when a text is copied.",
)
DROPPED_KEY = Check(
    "DroppedKey",
    "The key {key} means nothing in the context, so that what stands under it is lost.{hint}",
    "Correct the key, or define it in the context.",
)
REMOTE_CONTEXT = Check(
    "RemoteContext",
    "The context {iri} is not fetched: only {known} is known here.",
    "Use that context, or write your own into the document.",
)

INCOMPLETE_DATASET = Check(
    "IncompleteDataset",
    "{dataset} has no {property}, and open-data portals take no dataset without it.",
    "Add it there; what holds of all datasets stands at the pub:Publication.",
)
DATASET_LANGUAGE = Check(
    "DatasetLanguage",
    "{dataset} has no {property} in the language {language}.",
    "Add one with that language tag: portals show datasets in each language.",
)
DATASET_TAKEN = Check(
    "DatasetTaken",
    "{thing} is the IRI of a dataset of the catalogue.",
    "Describe this thing under another IRI, or call the source otherwise.",
)
PLACEHOLDER_CONTACT = Check(
    "PlaceholderContact",
    "{contact} has the address {address}, whose host is kept for examples: nobody is reached there.",
    "Give an address that somebody reads, there or in SOTEGRAPH_FEEDBACK_ADDRESS.",
    WARNING,
)
CHECKS = tuple(each for each in list(globals().values()) if isinstance(each, Check))
"""Every check, in the order it is described here."""
