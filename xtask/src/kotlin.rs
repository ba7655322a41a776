//! What the Kotlin binding restates: models, methods, events and status codes.

use crate::Result;
use crate::description::Description;
use crate::outputs::Outputs;

/// Adds the files of the binding.
pub fn generate(_description: &Description, _outputs: &mut Outputs) -> Result<()> {
    Ok(())
}
