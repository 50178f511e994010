//! The steps that every event passes, in order. The first that refuses stamps its reason on the event.

use super::draft::Draft;
use domain::check::Check;
use domain::discard::DiscardReason;
use domain::validation::validate;
use domain::verdict::Fault;
use store::write_key::SourceRules;

/// One step: a pure decision about a draft under its source's rules.
pub type JudgeStep = fn(&Draft<'_>, &SourceRules) -> Result<(), Fault>;

/// All steps, each with the name under which pages show it. Tracking Plans become the last one.
pub const STEPS: [(Check, JudgeStep); 4] = [
    (Check::Readable, readable),
    (Check::SourceEnabled, source_enabled),
    (Check::TrackingApi, tracking_api_rules),
    (Check::SchemaControls, schema_controls),
];

fn readable(draft: &Draft<'_>, _: &SourceRules) -> Result<(), Fault> {
    draft.fault.clone().map_or(Ok(()), Err)
}

fn source_enabled(_: &Draft<'_>, rules: &SourceRules) -> Result<(), Fault> {
    if rules.enabled { Ok(()) } else { Err(Fault::whole(DiscardReason::SourceDisabled)) }
}

fn tracking_api_rules(draft: &Draft<'_>, _: &SourceRules) -> Result<(), Fault> {
    validate(&draft.fields())
}

fn schema_controls(draft: &Draft<'_>, rules: &SourceRules) -> Result<(), Fault> {
    rules.controls.allow(draft.event_name()).map_err(|reason| Fault::at(reason, "/event"))
}
