using System.IO.Compression;
using System.Text.RegularExpressions;

namespace VampNet.Packages.Tests;

/// <summary>A console application for each library: the example of the package's readme, built against the package.</summary>
public sealed partial class Applications : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vampnet-applications");

    public Applications()
    {
        // Ours come from the feed alone; those of others from the cache that restoring this repository has filled. No network.
        File.WriteAllText(
            At("nuget.config"),
            $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{At("packages")}" /></config>
              <packageSources><clear /><add key="feed" value="{Feed.Folder}" /></packageSources>
              <fallbackPackageFolders><clear /><add key="cache" value="{Cache}" /></fallbackPackageFolders>
            </configuration>
            """
        );
        File.WriteAllText(
            At("Directory.Build.props"),
            """
            <Project>
              <PropertyGroup>
                <CreateHardLinksForCopyLocalIfPossible>true</CreateHardLinksForCopyLocalIfPossible>
                <NuGetAudit>false</NuGetAudit>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
            </Project>
            """
        );
        foreach (string library in Feed.Libraries)
        {
            Write(library);
        }

        IEnumerable<string> projects = Feed.Libraries.Select(library => $"""<Project Path="{library}.App/{library}.App.csproj" />""");
        File.WriteAllText(At("all.slnx"), $"<Solution>{string.Concat(projects)}</Solution>");
        Shell.Run(_folder.FullName, "dotnet", "build", "all.slnx", "-v", "q");
    }

    private static string Cache =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    public string Run(string library, params string[] arguments) =>
        Shell.Run(_folder.FullName, "dotnet", ["exec", At($"{library}.App/bin/Debug/net10.0/{library}.App.dll"), .. arguments]);

    /// <summary>Where a package was restored to: not the cache, where another version of the same number may lie.</summary>
    public string Restored(string library) => Path.Combine(At("packages"), library.ToLowerInvariant(), Feed.Version);

    public string At(string name) => Path.Combine(_folder.FullName, name);

    public void Dispose() => _folder.Delete(recursive: true);

    private void Write(string library)
    {
        using ZipArchive package = Feed.Open(library);
        string example = Example().Match(Feed.ReadText(package, "README.md")).Groups["code"].Value;
        string folder = Directory.CreateDirectory(At($"{library}.App")).FullName;
        // As the readme of VampNet.Torch says: an application chooses its libtorch.
        string libTorch = library is "VampNet.Torch" or "VampNet.Validation" or "VampNet.Reporting"
            ? $"""<PackageReference Include="libtorch-cpu-{Feed.Platform}" Version="2.10.0" />"""
            : "";
        // As the readmes of those that run graphs say: an application chooses the native part of ONNX Runtime.
        string onnxRuntime = library
            is "VampNet.Runtime"
                or "VampNet.Inference"
                or "VampNet.Quantization"
                or "VampNet.Validation"
                or "VampNet.Reporting"
            ? """<PackageReference Include="Microsoft.ML.OnnxRuntime" Version="1.31.1" />"""
            : "";
        File.WriteAllText(Path.Combine(folder, "Program.cs"), example);
        File.WriteAllText(
            Path.Combine(folder, $"{library}.App.csproj"),
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="{library}" Version="{Feed.Version}" />
                {libTorch}
                {onnxRuntime}
              </ItemGroup>
            </Project>
            """
        );
    }

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
