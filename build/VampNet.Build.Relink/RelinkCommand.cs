namespace VampNet.Build.Relink;

/// <summary>The command line of the build tool.</summary>
internal static class RelinkCommand
{
    /// <summary>
    /// Writes COPY, a LIBRARY that this machine's libstdc++ can load. Where LIBRARY itself can be loaded it writes none and removes an
    /// old one. With --portable, COPY loads beside any libstdc++ that has what LIBRARY uses: for packages. LIBRARY is only read.
    /// </summary>
    /// <returns>0 done, 1 the library was refused, 2 wrong usage.</returns>
    public static int Run(IReadOnlyList<string> arguments, TextWriter error)
    {
        if (arguments is not ([string, string] or [string, string, "--portable"]))
        {
            error.WriteLine("usage: VampNet.Build.Relink LIBRARY COPY [--portable]");
            return 2;
        }

        (string library, string copy, bool isPortable) = (arguments[0], arguments[1], arguments.Count == 3);
        try
        {
            ElfImage image = ElfImage.Read(library);
            byte[]? relinked = isPortable ? Relinker.WeakenUnused(image) : Relinker.Relink(image, StandardLibrary.Locate());

            // A new file under its final name: output folders may hold hard links to the old one.
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(copy))!);
            File.Delete(copy);
            if (relinked is not null)
            {
                File.WriteAllBytes(copy, relinked);
            }

            return 0;
        }
        catch (RelinkException e)
        {
            // One line in MSBuild's format, so that the build shows it as its own error.
            error.WriteLine($"{library} : error {e.Id}: {e.Message.ReplaceLineEndings(" ")}");
            return 1;
        }
    }
}
