"""Why a document says what it says: its derivation read across the rooms, put in words, and recomputed."""

from billwright.workflow.explanations.reading import explain_document
from billwright.workflow.explanations.rows import Explanation, LineExplanation
from billwright.workflow.explanations.verifying import Verification, verify_documents

__all__ = ["Explanation", "LineExplanation", "Verification", "explain_document", "verify_documents"]
