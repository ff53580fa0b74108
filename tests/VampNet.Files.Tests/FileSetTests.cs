using System.Diagnostics;

namespace VampNet.Files.Tests;

public sealed class FileSetTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("vampnet-files-");

    private string Graph => Path.Combine(_root.FullName, "a.onnx");

    private string Data => Path.Combine(_root.FullName, "a.onnx.data");

    [Fact]
    public void Publish_OverAnEarlierPair_ReplacesBothAndLeavesNothingElse()
    {
        WritePair("old");

        WritePair("new");

        Assert.Equal(["a.onnx", "a.onnx.data"], Names());
        Assert.Equal(("new", "new"), ReadPair());
    }

    [Fact]
    public void Publish_AnyCallThatFails_LeavesTheEarlierPair()
    {
        WritePair("old");
        int calls = CountCalls(() => WritePair("new"));
        WritePair("old");

        for (int failing = 0; failing < calls; failing++)
        {
            IOException? error = FailAt(failing, () => WritePair("new"));

            Assert.NotNull(error);
            Assert.Equal(["a.onnx", "a.onnx.data"], Names());
            (string graph, string data) = ReadPair();
            Assert.Equal(graph, data);
            WritePair("old");
        }
    }

    /// <summary>A killed process runs neither catch blocks nor Dispose: the calls so far are all that happened.</summary>
    [Fact]
    public void Publish_KilledAtAnyCall_LeavesAPairOrNoGraph()
    {
        WritePair("old");
        int calls = CountCalls(() => WritePair("new"));

        for (int last = 0; last < calls; last++)
        {
            Reset();
            KilledAt(last);

            if (File.Exists(Graph))
            {
                Assert.Equal(ReadPair().Graph, ReadPair().Data);
            }

            Leftovers.Remove(_root.FullName);
            Assert.Equal(["a.onnx", "a.onnx.data"], Names());
            Assert.Equal(ReadPair().Graph, ReadPair().Data);
        }
    }

    [Fact]
    public async Task Publish_ManyAtOnce_EndsWithThePairOfOne()
    {
        await Task.WhenAll(Enumerable.Range(0, 40).Select(number => Task.Run(() => WritePair($"{number}"))));

        (string graph, string data) = ReadPair();
        Assert.Equal(graph, data);
        Assert.Equal(["a.onnx", "a.onnx.data"], Names());
    }

    [Fact]
    public void Publish_ThroughALink_KeepsTheLink()
    {
        string link = Path.Combine(_root.FullName, "link.onnx");
        File.WriteAllText(Graph, "old");
        File.CreateSymbolicLink(link, Graph);

        WholeFile.Write(link, "new"u8.ToArray());

        Assert.Equal("new", File.ReadAllText(Graph));
        Assert.Equal(Graph, new FileInfo(link).LinkTarget);
    }

    [Fact]
    public void Publish_OneFile_FlushesItBeforeAndItsFolderAfterTheRename()
    {
        List<FileCall> calls = [];
        FileCalls.Before = (call, _) => calls.Add(call);

        WholeFile.Write(Graph, "new"u8.ToArray());
        FileCalls.Before = null;

        FileCall[] expected = FileCalls.IsFlushing ? [FileCall.Flush, FileCall.Move, FileCall.FlushFolder] : [FileCall.Move];
        Assert.Equal(expected, calls.Where(call => call is FileCall.Flush or FileCall.Move or FileCall.FlushFolder));
    }

    [Fact]
    public void Write_PiecesOfManyMegabytes_AreTheFile()
    {
        byte[] piece = new byte[(9 << 20) + 1];
        new Random(3).NextBytes(piece);

        WholeFile.Write(
            Graph,
            stream =>
            {
                for (int i = 0; i < 4; i++)
                {
                    stream.WriteByte((byte)i);
                    stream.Write(piece);
                }
            }
        );

        byte[] written = File.ReadAllBytes(Graph);
        Assert.Equal(4 * (piece.Length + 1), written.Length);
        for (int i = 0; i < 4; i++)
        {
            ReadOnlySpan<byte> part = written.AsSpan(i * (piece.Length + 1), piece.Length + 1);
            Assert.True(part[0] == i && part[1..].SequenceEqual(piece), $"Piece {i} differs.");
        }
    }

    [Fact]
    public void Write_NameAsLongAsTheSystemTakes_IsWritten()
    {
        string path = Path.Combine(_root.FullName, new string('n', 255));

        WholeFile.Write(path, "new"u8.ToArray());

        Assert.Equal("new", File.ReadAllText(path));
    }

    [Fact]
    public void Leftovers_OfALivingRun_Stay()
    {
        using FileSet living = new(Graph);
        living.Write(Graph, stream => stream.Write("half"u8));

        Assert.Empty(Leftovers.Remove(_root.FullName));

        living.Publish();
        Assert.Equal("half", File.ReadAllText(Graph));
    }

    [Fact]
    public void Leftovers_EmptyFolderOfARunKilledBeforeItsLock_IsRemoved()
    {
        // No system numbers its processes so high.
        string folder = Directory.CreateDirectory(Path.Combine(_root.FullName, ".vampnet-2147483647-1.partial")).FullName;
        string filled = Directory.CreateDirectory(Path.Combine(_root.FullName, ".vampnet-2147483647-2.partial", "new")).Parent!.FullName;

        Assert.Equal([folder], Leftovers.Remove(_root.FullName));
        Assert.True(Directory.Exists(filled));
    }

    [Fact]
    public void Leftovers_FolderThatALivingProcessIsMaking_StaysForAMoment()
    {
        // It waits for its input to end.
        using Process process = Process.Start(
            new ProcessStartInfo("sort") { RedirectStandardInput = true, RedirectStandardOutput = true }
        )!;
        string folder = Directory.CreateDirectory(Path.Combine(_root.FullName, $".vampnet-{process.Id}-1.partial")).FullName;
        File.WriteAllText(Path.Combine(folder, "lock"), "");

        Assert.Empty(Leftovers.Remove(_root.FullName));
        process.StandardInput.Close();
        process.WaitForExit();

        Assert.Equal([folder], Leftovers.Remove(_root.FullName));
    }

    [Fact]
    public void Leftovers_FileOfTheUsersThatEndsInPartial_Stays()
    {
        File.WriteAllText($"{Graph}.partial", "mine");

        WritePair("new");

        Assert.Empty(Leftovers.Remove(_root.FullName));
        Assert.Equal("mine", File.ReadAllText($"{Graph}.partial"));
    }

    public void Dispose()
    {
        FileCalls.Before = null;
        _root.Delete(recursive: true);
    }

    private void WritePair(string text)
    {
        using FileSet files = new(Graph);
        WriteBoth(files, text);
        files.Publish();
    }

    private void WriteBoth(FileSet files, string text)
    {
        files.Write(Data, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));
        files.Write(Graph, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));
    }

    private static int CountCalls(Action act)
    {
        int calls = 0;
        FileCalls.Before = (_, _) => calls++;
        act();
        FileCalls.Before = null;
        return calls;
    }

    private static IOException? FailAt(int failing, Action act)
    {
        int calls = 0;
        FileCalls.Before = (_, path) =>
        {
            if (calls++ == failing)
            {
                throw new IOException($"No space left on device: {path}");
            }
        };
        IOException? error = Record.Exception(act) as IOException;
        FileCalls.Before = null;
        return error;
    }

    // A thread that stands still for ever at one call is what a killed process leaves, once its locks are let go.
    private void KilledAt(int last)
    {
        int calls = 0;
        using FileSet files = new(Graph);
        FileCalls.Before = (_, _) =>
        {
            if (calls++ >= last)
            {
                throw new KilledException();
            }
        };
        Record.Exception(() =>
        {
            WriteBoth(files, "new");
            files.Publish();
        });
        files.Leave();
        FileCalls.Before = null;
    }

    private void Reset()
    {
        foreach (FileSystemInfo each in _root.EnumerateFileSystemInfos())
        {
            File.Delete(each.FullName);
        }

        WritePair("old");
    }

    private string[] Names() => [.. Directory.GetFileSystemEntries(_root.FullName).Select(path => Path.GetFileName(path)).Order()];

    private (string Graph, string Data) ReadPair() => (File.ReadAllText(Graph), File.ReadAllText(Data));

    private sealed class KilledException : IOException;
}
