"""Usage of subscriptions: what arrived, by day and record, and files of it."""
