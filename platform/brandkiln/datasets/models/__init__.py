"""Data that generators learn from and work on: collections, files, immutable versions, and what is known of them."""

from brandkiln.datasets.models.collection import Consent, Dataset, Kind, People, Upload, UploadFile
from brandkiln.datasets.models.labels import LabelSet
from brandkiln.datasets.models.protection import Erasure, PersonalDataScan
from brandkiln.datasets.models.quality import Annotation, Finding, QualityReport
from brandkiln.datasets.models.version import DatasetVersion, Record, Split

__all__ = [
    "Annotation",
    "Consent",
    "Dataset",
    "DatasetVersion",
    "Erasure",
    "Finding",
    "Kind",
    "LabelSet",
    "People",
    "PersonalDataScan",
    "QualityReport",
    "Record",
    "Split",
    "Upload",
    "UploadFile",
]
