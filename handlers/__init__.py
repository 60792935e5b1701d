"""What service tasks do, by subject. Importing this package fills the registry of operations, checks and guards."""

import handlers.customers.annual.filing
import handlers.customers.annual.guards
import handlers.customers.annual.review
import handlers.customers.annual.rows
import handlers.customers.batch.guards
import handlers.customers.batch.operations
import handlers.customers.changes.guards
import handlers.customers.changes.interplay
import handlers.customers.changes.operations
import handlers.customers.changes.partners
import handlers.customers.changes.relations
import handlers.customers.entry.forms
import handlers.customers.entry.operations
import handlers.customers.figures
import handlers.customers.guards
import handlers.customers.operations
import handlers.customers.reference.sources
import handlers.customers.reports.classes
import handlers.customers.rules
import handlers.customers.values.checks
import handlers.notices.alarms
import handlers.notices.formal
import handlers.notices.operations
import handlers.notices.reminders
import handlers.penalties.appeals
import handlers.penalties.assessment
import handlers.penalties.rows
import handlers.penalties.tables
import handlers.people  # noqa: F401 - imported for what they register
