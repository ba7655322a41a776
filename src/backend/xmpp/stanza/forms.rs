//! Data forms (XEP-0004): reading a field, and filling a form in.

use crate::backend::xmpp::ns::DATA_FORMS;
use xmpp_parsers::data_forms::{DataForm, DataFormType, Field};
use xmpp_parsers::minidom::Element;

/// The form in an element.
pub(crate) fn inside(element: &Element) -> Option<DataForm> {
    let form = element.get_child("x", DATA_FORMS)?;
    DataForm::try_from(form.clone()).ok()
}

/// The first value of a field.
pub(crate) fn value<'a>(form: &'a DataForm, var: &str) -> Option<&'a str> {
    let field = form.fields.iter().find(|field| field.var.as_deref() == Some(var))?;
    field.values.first().map(String::as_str)
}

/// Whether a form has a field.
pub(crate) fn has(form: &DataForm, var: &str) -> bool {
    form.fields.iter().any(|field| field.var.as_deref() == Some(var))
}

/// Fills in what a form has of the wanted fields, and leaves the others as they are.
pub(crate) fn fill(form: DataForm, form_type: &str, wanted: &[(&str, String)]) -> DataForm {
    let mut fields = Vec::new();
    for field in form.fields {
        // A field without a name is a caption; the form's type is added at the end.
        let Some(var) = field.var.clone().filter(|var| var != "FORM_TYPE") else {
            continue;
        };
        let values = match wanted.iter().find(|(name, _)| *name == var) {
            Some((_, value)) => vec![value.clone()],
            None => field.values,
        };
        let mut filled = Field::new(&var, field.type_);
        filled.values = values;
        fields.push(filled);
    }
    DataForm::new(DataFormType::Submit, form_type, fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filling_in_changes_what_is_wanted_and_there_and_nothing_else() {
        let query: Element = "<query xmlns='urn:q'><x xmlns='jabber:x:data' type='form'>\
            <field var='FORM_TYPE' type='hidden'><value>urn:f</value></field>\
            <field var='name' type='text-single'><value>old</value></field>\
            <field var='who' type='list-multi'><value>a</value><value>b</value></field></x></query>"
            .parse()
            .unwrap();
        let form = inside(&query).unwrap();
        assert_eq!(value(&form, "name"), Some("old"));
        assert_eq!(value(&form, "other"), None);
        let filled = fill(form, "urn:f", &[("name", "new".into()), ("other", "x".into())]);
        assert_eq!(value(&filled, "name"), Some("new"));
        assert_eq!(value(&filled, "other"), None);
        let who = filled.fields.iter().find(|field| field.var.as_deref() == Some("who"));
        assert_eq!(who.unwrap().values, ["a", "b"]);
        assert_eq!(filled.form_type(), Some("urn:f"));
    }
}
