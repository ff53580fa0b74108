using System.Diagnostics;

namespace VampNet.Checkpoints.Tests;

public sealed class RefusedCheckpointTests
{
    public static TheoryData<string> Refused => [.. CheckpointZoo.Refused];

    [Theory]
    [MemberData(nameof(Refused))]
    public void Open_AHostileOrBrokenFile_EndsInAClearErrorAtLittleCost(string file)
    {
        string path = CheckpointZoo.RefusedPath(file);
        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();

        CheckpointException error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(path));

        // These files have a few kilobytes: whoever takes this long is caught in a loop that the file asked for.
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200 << 20);
        Assert.Equal(path, error.Path);
        Assert.StartsWith($"{error.Id}: {path}: Found ", error.Message, StringComparison.Ordinal);
        Assert.Contains("\nExpected ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("builtins_eval.pth", "VNC0402", "__builtin__.eval")]
    [InlineData("builtins_getattr.pth", "VNC0402", "__builtin__.getattr")]
    [InlineData("deep_nesting.pth", "VNC0306", "stacks more than")]
    [InlineData("empty.pth", "VNC0101", "empty file")]
    [InlineData("flipped_bits.pth", "VNC0302", "0xda at byte 0")]
    [InlineData("html.pth", "VNC0102", "web page")]
    [InlineData("inst_opcode.pth", "VNC0303", "STRING")]
    [InlineData("memo_bomb.pth", "VNC0304", "values left")]
    [InlineData("missing_storage.pth", "VNC0405", "weights/data/3")]
    [InlineData("no_stop.pth", "VNC0301", "ends at byte 16")]
    [InlineData("os_system.pth", "VNC0402", "posix.system")]
    [InlineData("path_traversal.pth", "VNC0203", "../../weights/data.pkl")]
    [InlineData("short_storage.pth", "VNC0406", "weights/data/")]
    [InlineData("stack_underflow.pth", "VNC0304", "needs more values")]
    [InlineData("text.pth", "VNC0103", "Git LFS pointer")]
    [InlineData("truncated_half.pth", "VNC0201", "without its end record")]
    [InlineData("truncated_tail.pth", "VNC0201", "without its end record")]
    public void Open_ARefusedFile_SaysWhy(string file, string id, string reason)
    {
        CheckpointException error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(CheckpointZoo.RefusedPath(file)));

        Assert.Equal(id, error.Id);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }
}
