"""What service tasks do, by subject. Importing this package fills the registry of operations, checks and guards."""

import handlers.customers.annual.filing
import handlers.customers.annual.guards
import handlers.customers.annual.review
import handlers.customers.annual.rows
import handlers.customers.batch.guards
import handlers.customers.batch.operations
import handlers.customers.change_guards
import handlers.customers.change_operations
import handlers.customers.checks
import handlers.customers.classes
import handlers.customers.figures
import handlers.customers.guards
import handlers.customers.interplay
import handlers.customers.operations
import handlers.customers.partners
import handlers.customers.reference.sources
import handlers.customers.relations
import handlers.customers.rules
import handlers.notices.alarms
import handlers.notices.formal
import handlers.notices.operations
import handlers.notices.reminders
import handlers.people  # noqa: F401 - imported for what they register
