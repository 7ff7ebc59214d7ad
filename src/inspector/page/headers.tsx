import type { Detail } from "../types.ts";

const roles = { signature: "signature", timestamp: "timestamp", id: "id", version: "version" } as const;

/** Headers in wire order and case; those used by the signature are marked. */
export const Headers = ({ headers }: { readonly headers: Detail["headers"] }) => (
  <table class="headers">
    <tbody>
      {headers.map(({ name, value, role, signed, masked }, index) => (
        <tr key={index}>
          <th scope="row">
            <bdi>{name}</bdi>
            {role === null ? null : <span class="pill role">{roles[role]}</span>}
            {signed ? <span class="pill good">signed</span> : null}
          </th>
          <td>
            <bdi>{value}</bdi>
            {masked ? <span class="pill">masked</span> : null}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);
