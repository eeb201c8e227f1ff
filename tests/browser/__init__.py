"""Shipped pages in a real browser: what people see of mails, the calendar and the doctor's report."""
