// The embedded services that the scripts call, as `cargo xtask interop` has started them.

export const PLAIN = JSON.parse(process.env.RDS_PLAIN);
export const TEMPORARY = JSON.parse(process.env.RDS_TEMPORARY);
export const INSTANCE = "rm-fake0000000000001";

export const host = (service) => service.endpoint.replace("http://", "");

/** The parameters of the last request of an operation, as the service understood them. */
export async function received(operation) {
  const requests = await (await fetch(`${PLAIN.endpoint}/testing/requests`)).json();
  return requests.filter((it) => it.Operation === operation).at(-1).Parameters;
}

/** Moves the clock of the service. */
export const advance = (seconds) => fetch(`${PLAIN.endpoint}/testing/clock?advance=${seconds}`, { method: "POST" });

/** The error of a call that must fail. */
export async function errorOf(call) {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error("the call was not refused");
}
