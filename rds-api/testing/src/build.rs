//! Responses, and the objects in them, with some of their members.

/// A response, or an object in one, with the members that a closure sets.
///
/// A newer version of the service may give a response further members, so its type cannot be written as a literal
/// outside its crate, not even with `..Default::default()`. This is as short:
///
/// ```
/// use rds_api::operations::backup::describe_backups::{Backup, DescribeBackupsResponse};
/// use rds_api_testing::build;
///
/// let response = build(|response: &mut DescribeBackupsResponse| {
///     response.items = vec![build(|backup: &mut Backup| backup.backup_id = Some("300000001".to_owned()))];
/// });
/// assert_eq!(response.items.len(), 1);
/// ```
pub fn build<T: Default>(fill: impl FnOnce(&mut T)) -> T {
    let mut value = T::default();
    fill(&mut value);
    value
}
