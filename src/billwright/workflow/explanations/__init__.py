"""Why a document says what it says: its derivation read across the rooms, put in words, and recomputed."""

from billwright.workflow.explanations.verifying import Verification, verify_documents

__all__ = ["Verification", "verify_documents"]
