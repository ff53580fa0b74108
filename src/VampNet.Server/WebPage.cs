using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;

namespace VampNet.Server;

/// <summary>Serves the page that vamps in a browser, with the headers that its threads need.</summary>
internal static class WebPage
{
    private const string Index = "index.html";

    /// <summary>Refuses a folder that does not hold the page.</summary>
    /// <exception cref="ServerException">VNS0011: no index.html in it.</exception>
    public static void Require(string folder)
    {
        if (!File.Exists(Path.Combine(folder, Index)))
        {
            throw new ServerException(
                ServerErrorIds.PageMissing,
                found: $"no {Index} in {folder}",
                expected: "the page that ./build.sh web makes, web/dist",
                advice: "Build it with ./build.sh web, or name its folder"
            );
        }
    }

    /// <summary>Serves the files of a folder. They hold nothing secret, so that no token is asked for.</summary>
    /// <param name="application">The server.</param>
    /// <param name="folder">The page.</param>
    /// <param name="needsToken">Whether requests to vamp need a token, which the page then asks for.</param>
    public static void Use(IApplicationBuilder application, string folder, bool needsToken)
    {
        // The page's own server.json says that its server computes nothing; this one does.
        application.Map(
            "/server.json",
            branch =>
                branch.Run(context =>
                {
                    Isolate(context.Response);
                    return context.Response.WriteAsJsonAsync(new { compute = true, token = needsToken }, context.RequestAborted);
                })
        );
        var files = new PhysicalFileProvider(Path.GetFullPath(folder));
        var types = new FileExtensionContentTypeProvider();
        types.Mappings[".mjs"] = "text/javascript";
        application.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        application.UseStaticFiles(
            new StaticFileOptions
            {
                FileProvider = files,
                ContentTypeProvider = types,
                ServeUnknownFileTypes = true,
                DefaultContentType = "application/octet-stream",
                OnPrepareResponse = context => Isolate(context.Context.Response),
            }
        );
    }

    // Browsers give threads over shared memory to pages that are isolated from other origins.
    private static void Isolate(HttpResponse response)
    {
        response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
        response.Headers["Cross-Origin-Embedder-Policy"] = "require-corp";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        response.Headers.CacheControl = "no-cache";
        response.Headers.XContentTypeOptions = "nosniff";
    }
}
