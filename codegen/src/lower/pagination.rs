//! Lowering of how a list is cut into pages.

use rds_api_schema::Limits;

use super::Lowering;
use super::operation::Members;
use crate::model::{self, Field, Type};
use crate::site::Site;
use crate::spec::{self, PaginationStyle, Scalar};

impl Lowering<'_> {
    pub(super) fn pagination(
        &mut self,
        site: &Site<'_>,
        spec: &spec::Pagination,
        members: Members<'_>,
    ) -> Option<model::Pagination> {
        let (position_key, position, end_key, end, other_keys) = match spec.by {
            PaginationStyle::PageNumber => {
                ("page", &spec.page, "total", &spec.total, [("token", &spec.token), ("next", &spec.next)])
            }
            PaginationStyle::Token => {
                ("token", &spec.token, "next", &spec.next, [("page", &spec.page), ("total", &spec.total)])
            }
        };
        for (key, _) in other_keys.iter().filter(|(_, value)| value.is_some()) {
            let other = site.key(key).error(format!("`{key}` belongs to the other kind of pagination"));
            self.report(other.help("remove it"));
        }
        let Some(position) = position else {
            let missing = site.error(format!("the key `{position_key}` is missing"));
            self.report(missing.help(format!("name the parameter: `{position_key}: …`")));
            return None;
        };
        let counts = spec.by == PaginationStyle::PageNumber;
        let named = self.names_parameter(&site.key(position_key), position, members);
        self.can_hold(&site.key(position_key), named, counts);
        self.can_turn(&site.key(position_key), named, counts);
        let size = spec.size.as_ref();
        let size = size.and_then(|size| self.names_parameter(&site.key("size"), size, members));
        self.can_hold(&site.key("size"), size, true);
        self.can_size(&site.key("size"), size);
        if spec.size.as_ref() == Some(position) {
            let same =
                site.key("size").value().error(format!("`{position}` is the `{position_key}` already"));
            self.report(same.help("name the parameter with the number of entries, or remove it"));
        }
        for (index, name) in spec.disabled_by.iter().enumerate() {
            let site = site.key("disabled_by").key(index);
            let parameter = self.names_parameter(&site, name, members);
            if parameter.is_some_and(|field| field.required) {
                let always = site.value().error(format!("every call has `{name}`, so that none has pages"));
                self.report(always.help("name a parameter that a call can be without, or remove it"));
            }
            self.is_repeated(&site.value(), &spec.disabled_by, index);
            if name == position || spec.size.as_ref() == Some(name) {
                let own = site.value().error(format!("`{name}` is a parameter of the pages themselves"));
                self.report(own.help("name what cuts the list in another way"));
            }
        }
        if let Some(end) = end {
            let way = self.path_to(&site.key(end_key), end, members);
            self.can_hold(&site.key(end_key), way.as_ref().and_then(|way| way.last()), counts);
            let lists =
                way.iter().flatten().filter(|field| matches!(field.ty, Type::List(..) | Type::Map(_)));
            if lists.count() > 0
                && way.as_ref().and_then(|way| way.last()).is_some_and(|end| is_scalar(&end.ty))
            {
                let many =
                    site.key(end_key).value().error(format!("`{end}` is one for each element of a list"));
                self.report(many.help("name a member that the response has once"));
            }
        } else if spec.by == PaginationStyle::Token {
            let missing = site.error("the key `next` is missing");
            self.report(missing.help("name the member of the response with the next token: `next: …`"));
        }
        let items = site.key("items");
        let way = self.path_to(&items, &spec.items, members)?;
        let (list, before) = way.split_last()?;
        let item = match &list.ty {
            Type::List(item, _)
                if !before.iter().any(|field| matches!(field.ty, Type::List(..) | Type::Map(_))) =>
            {
                item
            }
            _ => {
                let no_list = items.value().error(format!("`{}` is not one list", spec.items));
                self.report(no_list.help("name the list of the response that the pages are cut from"));
                return None;
            }
        };
        let default_size = size.and_then(|field| whole_number(field.default.as_ref()?));
        let mut cut = rds_api_schema::Pagination::by_page_number(position, &spec.items);
        cut.by = spec.by;
        cut.size.clone_from(&spec.size);
        cut.default_size = default_size;
        cut.end.clone_from(end);
        cut.disabled_by.clone_from(&spec.disabled_by);
        let members = way.iter().map(|field| field.name.clone()).collect();
        Some(model::Pagination { cut, members, item: (**item).clone() })
    }
}

impl Lowering<'_> {
    /// Reports a parameter that the client cannot turn pages with: they are counted from 1, one by one.
    fn can_turn(&mut self, site: &Site<'_>, field: Option<&Field>, counts: bool) {
        let Some(field) = field else { return };
        let wire = &field.wire;
        if field.role.is_some() {
            let filled = site.value().error(format!("the client fills in `{wire}` by its role"));
            self.report(filled.help("remove its `role`, or name another parameter"));
        }
        if !counts {
            return;
        }
        let Limits { minimum, maximum, .. } = field.limits;
        if let Some(why) = cannot_turn(minimum, maximum, field.default.as_ref()) {
            let unfit = site.value().error(format!("`{wire}` {why}"));
            self.report(unfit.help("correct the limits and the default of that parameter"));
        }
    }

    /// Reports a parameter that no page has a size by.
    fn can_size(&mut self, site: &Site<'_>, field: Option<&Field>) {
        let Some(field) = field else { return };
        if cannot_size(field.limits.maximum, field.default.as_ref()) {
            let empty = site.value().error(format!("with `{}` as it is, a page would be empty", field.wire));
            self.report(empty.help("correct the maximum and the default of that parameter"));
        }
    }

    /// Reports a field that cannot hold a count, or the token of a page.
    fn can_hold(&mut self, site: &Site<'_>, field: Option<&Field>, is_count: bool) {
        let Some(field) = field else { return };
        let wire = &field.wire;
        let is_text = field.ty == Type::String;
        if !is_count {
            if !is_text {
                let no_text = site.value().error(format!("`{wire}` is no text, as the tokens of pages are"));
                self.report(no_text.help("name a `string`"));
            }
            return;
        }
        // A text may hold a number, but then something says so.
        let says_so =
            [&field.default, &field.example].into_iter().flatten().any(|value| whole_number(value).is_some());
        let is_number =
            matches!(field.ty, Type::Int32 | Type::Int64) || is_text && (field.number.is_some() || says_so);
        if !is_number {
            let no_number = site.value().error(format!("`{wire}` is no whole number"));
            let help = "name an `int32` or `int64`, or a `string` with an `example` that is a number";
            self.report(no_number.help(help));
        }
    }
}

/// Why no page is counted by a parameter of these limits and this default, as the end of a sentence.
pub(crate) fn cannot_turn(
    minimum: Option<f64>,
    maximum: Option<f64>,
    default: Option<&Scalar>,
) -> Option<String> {
    let first = default.and_then(number);
    match (minimum, maximum, first) {
        (Some(least), ..) if least > 1.0 => {
            Some(format!("is {least} at least, and pages are counted from 1"))
        }
        (_, Some(most), _) if most < 2.0 => Some(format!("is {most} at most, so that there is one page")),
        (.., Some(first)) if first > 1.0 => {
            Some(format!("is {first} unless given, and pages are counted from 1"))
        }
        _ => None,
    }
}

/// Whether no page has a size by a parameter of this limit and this default.
pub(crate) fn cannot_size(maximum: Option<f64>, default: Option<&Scalar>) -> bool {
    [maximum, default.and_then(number)].into_iter().flatten().any(|most| most < 1.0)
}

fn is_scalar(ty: &Type) -> bool {
    matches!(ty, Type::String | Type::Int32 | Type::Int64)
}

/// What a default is as a number.
fn number(value: &Scalar) -> Option<f64> {
    value.to_string().parse().ok()
}

/// A positive whole number, as a number or as text.
fn whole_number(value: &Scalar) -> Option<u64> {
    let number = match value {
        Scalar::Integer(number) => u64::try_from(*number).ok(),
        Scalar::Text(text) => text.parse().ok(),
        _ => None,
    };
    number.filter(|number| *number > 0)
}
