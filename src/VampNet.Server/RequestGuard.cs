using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace VampNet.Server;

/// <summary>Refuses requests without the token and, at a loopback address, requests from web pages of other sites.</summary>
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
                    "Found no token, or a wrong one. Expected the header Authorization: Bearer TOKEN."
                );
        }

        // A foreign host name (DNS rebinding) or a foreign origin: the request comes from a web site, not from a program of this machine's
        // user.
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
