//! How the service's error is read from the body of a response: its members, as those of any other object.

use std::fmt;

use crate::error::{AccessDenied, ServiceError};
use crate::object::debug::debug;
use crate::object::{Field, Member, Object, impl_object};

impl Object for ServiceError {
    fn field(&mut self, index: usize) -> Option<&mut dyn Field> {
        Some(match index {
            0 => &mut self.code,
            1 => &mut self.message,
            2 => &mut self.request_id,
            3 => &mut self.host_id,
            4 => &mut self.recommendation,
            5 => &mut self.access_denied,
            _ => return None,
        })
    }

    fn member(&self, index: usize) -> Member<'_> {
        Member::of(match index {
            0 => ("Code", &self.code),
            1 => ("Message", &self.message),
            2 => ("RequestId", &self.request_id),
            3 => ("HostId", &self.host_id),
            4 => ("Recommend", &self.recommendation),
            5 => ("AccessDeniedDetail", &self.access_denied),
            _ => return Member::NONE,
        })
    }
}

impl Object for AccessDenied {
    fn field(&mut self, index: usize) -> Option<&mut dyn Field> {
        Some(match index {
            0 => &mut self.auth_action,
            1 => &mut self.auth_principal_type,
            2 => &mut self.auth_principal_owner_id,
            3 => &mut self.auth_principal_display_name,
            4 => &mut self.no_permission_type,
            5 => &mut self.policy_type,
            6 => &mut self.encoded_diagnostic_message,
            _ => return None,
        })
    }

    fn member(&self, index: usize) -> Member<'_> {
        Member::of(match index {
            0 => ("AuthAction", &self.auth_action),
            1 => ("AuthPrincipalType", &self.auth_principal_type),
            2 => ("AuthPrincipalOwnerId", &self.auth_principal_owner_id),
            3 => ("AuthPrincipalDisplayName", &self.auth_principal_display_name),
            4 => ("NoPermissionType", &self.no_permission_type),
            5 => ("PolicyType", &self.policy_type),
            6 => ("EncodedDiagnosticMessage", &self.encoded_diagnostic_message),
            _ => return Member::NONE,
        })
    }
}

impl_object!(AccessDenied);

impl fmt::Debug for ServiceError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(self, formatter)
    }
}
