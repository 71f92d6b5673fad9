"""The judge of comments: hashed character and word features, logistic regression, calibrated probabilities."""

from moderation.classifier.classifier import Classifier

__all__ = ["Classifier"]
