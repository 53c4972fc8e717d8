/// How a list is cut into pages: which parameter asks for a page, where the entries are, and what tells that
/// there are more.
///
/// Places in the response are names of the wire with dots between them, without the object that wraps a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[non_exhaustive]
pub struct Pagination {
    /// Whether pages are numbered or follow one another by a token.
    pub by: PaginationStyle,
    /// The parameter with the number or the token of the page.
    pub position: String,
    /// The parameter with the number of entries on a page.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub size: Option<String>,
    /// The number of entries on a page where that parameter is absent.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub default_size: Option<u64>,
    /// The place of the list in the response.
    pub items: String,
    /// The place of the total, or of the token of the next page.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub end: Option<String>,
    /// Parameters with which the service cuts the list in another way.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub disabled_by: Vec<String>,
}

/// A way to cut a list into pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize), serde(rename_all = "snake_case"))]
pub enum PaginationStyle {
    /// Pages are numbered from 1.
    PageNumber,
    /// Each page names the token of the next.
    Token,
}

impl Pagination {
    /// Pages are numbered from 1 by the parameter `page`; `items` is the place of the list in the response.
    pub fn by_page_number(page: impl Into<String>, items: impl Into<String>) -> Self {
        Self {
            by: PaginationStyle::PageNumber,
            position: page.into(),
            size: None,
            default_size: None,
            items: items.into(),
            end: None,
            disabled_by: Vec::new(),
        }
    }

    /// The parameter `token` asks for the page whose token stood at `next` in the response before; `items` is
    /// the place of the list in the response.
    pub fn by_token(token: impl Into<String>, next: impl Into<String>, items: impl Into<String>) -> Self {
        let by = PaginationStyle::Token;
        Self { by, end: Some(next.into()), ..Self::by_page_number(token, items) }
    }

    /// The place of the number of entries on all pages.
    pub fn total(self, total: impl Into<String>) -> Self {
        Self { end: Some(total.into()), ..self }
    }

    /// The parameter with the number of entries on a page.
    pub fn size(self, size: impl Into<String>) -> Self {
        Self { size: Some(size.into()), ..self }
    }

    /// The number of entries on a page where the request does not say.
    pub fn default_size(self, size: u64) -> Self {
        Self { default_size: Some(size), ..self }
    }

    /// Parameters with which the service cuts the list in another way. A call that has one is refused before
    /// anything is sent, since pages would be lost.
    pub fn disabled_by(self, parameters: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { disabled_by: parameters.into_iter().map(Into::into).collect(), ..self }
    }
}
