//! Lowering of how a list is cut into pages.

use super::Lowering;
use super::operation::Members;
use crate::model::{self, Type};
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
        self.names_parameter(&site.key(position_key), position, members);
        let size = spec.size.as_ref();
        let size = size.and_then(|size| self.names_parameter(&site.key("size"), size, members));
        for (index, name) in spec.disabled_by.iter().enumerate() {
            self.names_parameter(&site.key("disabled_by").key(index), name, members);
        }
        if let Some(end) = end {
            self.path_to(&site.key(end_key), end, members);
        } else if spec.by == PaginationStyle::Token {
            let missing = site.error("the key `next` is missing");
            self.report(missing.help("name the member of the response with the next token: `next: …`"));
        }
        let items = site.key("items");
        let way = self.path_to(&items, &spec.items, members)?;
        let (list, before) = way.split_last()?;
        let item = match &list.ty {
            Type::List(item, _) if !before.iter().any(|field| matches!(field.ty, Type::List(..))) => item,
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

/// A positive whole number, as a number or as text.
fn whole_number(value: &Scalar) -> Option<u64> {
    let number = match value {
        Scalar::Integer(number) => u64::try_from(*number).ok(),
        Scalar::Text(text) => text.parse().ok(),
        _ => None,
    };
    number.filter(|number| *number > 0)
}
