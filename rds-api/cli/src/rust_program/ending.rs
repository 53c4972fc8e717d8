//! What a program does with its call, and what it prints.

use std::time::Duration;

use proc_macro2::TokenStream;
use quote::quote;
use rds_api::schema::NamedWaiter;

use super::needs::Needs;
use super::tokens::name;

/// What the program makes of the call.
#[derive(Debug, Clone, Default)]
pub(crate) enum Ending {
    /// It prints the response.
    #[default]
    Response,
    /// It prints the entries of all pages, as they come.
    Entries,
    /// It prints the responses of so many pages.
    Pages(usize),
    /// It waits with a waiter of the operation.
    Waiter(&'static NamedWaiter, Patience),
    /// It follows the write until what it began is done.
    UntilDone(Patience),
}

/// How patiently the program waits, where that is not as the waiter says.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Patience {
    /// How long in all.
    pub(crate) timeout: Option<Duration>,
    /// The delay between two polls.
    pub(crate) every: Option<Duration>,
}

/// The statements that make the call and print what comes of it.
pub(super) fn statements(call: &TokenStream, ending: &Ending, needs: &mut Needs) -> TokenStream {
    match ending {
        Ending::Response => quote! {
            let response = #call.await?;
            println!("{response:#?}");
        },
        Ending::Entries => quote! {
            let mut items = #call.items();
            while let Some(item) = items.next().await {
                let item = item?;
                println!("{item:#?}");
            }
        },
        Ending::Pages(number) => quote! {
            let mut pages = #call.pages();
            for _ in 0..#number {
                let Some(page) = pages.next().await else { break };
                let page = page?;
                println!("{page:#?}");
            }
        },
        Ending::Waiter(waiter, patience) => {
            let (until, patience) = (name(&waiter.rust_name), patience.setters(needs));
            quote! {
                let last = #call.#until()#patience.await?;
                println!("{last:#?}");
            }
        }
        Ending::UntilDone(patience) => {
            let patience = patience.setters(needs);
            quote! {
                let done = #call.until_done()#patience.await?;
                println!("{:#?}", done.response);
                println!("{:#?}", done.last);
            }
        }
    }
}

impl Patience {
    fn setters(self, needs: &mut Needs) -> TokenStream {
        let mut setters = TokenStream::new();
        if self.timeout.or(self.every).is_some() {
            needs.import("std::time", "Duration");
        }
        if let Some(timeout) = self.timeout.map(duration) {
            setters.extend(quote!(.with_timeout(#timeout)));
        }
        if let Some(every) = self.every.map(duration) {
            setters.extend(quote!(.with_delay(#every).with_max_delay(#every)));
        }
        setters
    }
}

fn duration(duration: Duration) -> TokenStream {
    match duration.subsec_nanos() {
        0 => {
            let seconds = proc_macro2::Literal::u64_unsuffixed(duration.as_secs());
            quote!(Duration::from_secs(#seconds))
        }
        _ => {
            let seconds = proc_macro2::Literal::f64_unsuffixed(duration.as_secs_f64());
            quote!(Duration::from_secs_f64(#seconds))
        }
    }
}
