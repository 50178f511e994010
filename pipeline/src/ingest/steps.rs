//! The steps that every event passes, in order. The first that refuses stamps its reason on the event.

use super::draft::Draft;
use domain::discard::DiscardReason;
use domain::validation::validate;
use store::write_key::SourceRules;

/// One step: a pure decision about a draft under its source's rules.
pub type JudgeStep = fn(&Draft<'_>, &SourceRules) -> Result<(), DiscardReason>;

/// All steps. Tracking Plans become the last one.
pub const STEPS: [JudgeStep; 4] = [readable, source_enabled, tracking_api_rules, schema_controls];

fn readable(draft: &Draft<'_>, _: &SourceRules) -> Result<(), DiscardReason> {
    draft.unreadable.map_or(Ok(()), Err)
}

fn source_enabled(_: &Draft<'_>, rules: &SourceRules) -> Result<(), DiscardReason> {
    if rules.enabled { Ok(()) } else { Err(DiscardReason::SourceDisabled) }
}

fn tracking_api_rules(draft: &Draft<'_>, _: &SourceRules) -> Result<(), DiscardReason> {
    validate(&draft.fields())
}

fn schema_controls(draft: &Draft<'_>, rules: &SourceRules) -> Result<(), DiscardReason> {
    rules.controls.allow(draft.event_name())
}
