namespace VampNet.TestSupport;

/// <summary>Finds the golden files that the repository keeps under <c>tests/golden</c>.</summary>
public static class Golden
{
    /// <summary>The repository's root folder: the nearest parent of the test's binaries that holds the solution file.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>The full path of a golden file, named relative to <c>tests/golden</c>.</summary>
    /// <exception cref="FileNotFoundException">No such golden file or folder.</exception>
    public static string Path(string relative)
    {
        string path = System.IO.Path.Combine(RepositoryRoot, "tests", "golden", relative);
        return File.Exists(path) || Directory.Exists(path) ? path : throw new FileNotFoundException("Golden file is missing.", path);
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "VampNet.Toolchain.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No VampNet.Toolchain.slnx above {AppContext.BaseDirectory}.");
    }
}
