using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace VampNet.Server;

/// <summary>Turns away who may not ask: requests without the token, and at a loopback address those that a web page of another site
/// makes.</summary>
/// <param name="options">The address and the token.</param>
internal sealed class RequestGuard(ServerOptions options)
{
    private readonly byte[]? _token = options.Token is { Length: > 0 } token ? Encoding.UTF8.GetBytes($"Bearer {token}") : null;

    /// <summary>The middleware.</summary>
    public Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        if (_token is not null)
        {
            byte[] given = Encoding.UTF8.GetBytes(context.Request.Headers.Authorization.ToString());
            return CryptographicOperations.FixedTimeEquals(given, _token)
                ? next(context)
                : RefuseAsync(
                    context,
                    StatusCodes.Status401Unauthorized,
                    ServerErrorIds.Unauthorized,
                    "Found no token, or another. Expected Authorization: Bearer TOKEN."
                );
        }

        // A name that a site gives to this machine, or a page of a site: neither is a program of this machine's user.
        bool isNamed = IsLoopback(context.Request.Host.Host);
        string origin = context.Request.Headers.Origin.ToString();
        bool isOwnPage = origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out Uri? page) && IsLoopback(page.Host));
        return isNamed && isOwnPage
            ? next(context)
            : RefuseAsync(
                context,
                StatusCodes.Status403Forbidden,
                ServerErrorIds.ForeignOrigin,
                "Found a request from another site. Expected one from this machine."
            );
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));

    private static Task RefuseAsync(HttpContext context, int status, string id, string message) =>
        Results.Problem($"{id}: {message}", statusCode: status).ExecuteAsync(context);
}
