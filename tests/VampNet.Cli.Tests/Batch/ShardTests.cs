using VampNet.Cli.Batch;

namespace VampNet.Cli.Tests.Batch;

public sealed class ShardTests
{
    [Theory]
    [InlineData("0/1", 0, 1)]
    [InlineData("7/8", 7, 8)]
    [InlineData("0/1000000", 0, 1_000_000)]
    public void Parse_IndexBelowCount_IsAShard(string text, int index, int count) =>
        Assert.Equal((index, count), (Shard.Parse(text, "")!.Index, Shard.Parse(text, "")!.Count));

    [Theory]
    [InlineData("")]
    [InlineData("3")]
    [InlineData("8/8")]
    [InlineData("-1/8")]
    [InlineData("1/0")]
    [InlineData("1/2/3")]
    [InlineData("0/1000001")]
    [InlineData("one/2")]
    [InlineData(" 0/2")]
    public void Parse_AnythingElse_IsNone(string text) => Assert.Null(Shard.Parse(text, ""));

    [Fact]
    public void Takes_AllShards_TakeEveryItemOnce()
    {
        for (int position = 0; position < 24; position++)
        {
            Assert.Single(Enumerable.Range(0, 7), index => new Shard(index, 7, "").Takes(position));
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 8, "SLURM_ARRAY_TASK_ID=3", "SLURM_ARRAY_TASK_COUNT=8", "SLURM_ARRAY_TASK_MIN=0", "SLURM_ARRAY_TASK_MAX=7")]
    [InlineData(2, 8, "SLURM_ARRAY_TASK_ID=3", "SLURM_ARRAY_TASK_COUNT=8", "SLURM_ARRAY_TASK_MIN=1", "SLURM_ARRAY_TASK_MAX=8")]
    [InlineData(2, 4, "SLURM_ARRAY_TASK_ID=14", "SLURM_ARRAY_TASK_COUNT=4", "SLURM_ARRAY_TASK_MIN=10", "SLURM_ARRAY_TASK_MAX=16")]
    [InlineData(0, 1, "SLURM_ARRAY_TASK_ID=5", "SLURM_ARRAY_TASK_COUNT=1", "SLURM_ARRAY_TASK_MIN=5", "SLURM_ARRAY_TASK_MAX=5")]
    [InlineData(3, 8, "SLURM_ARRAY_TASK_ID=3", "SLURM_ARRAY_TASK_COUNT=8")]
    [InlineData(5, 6, "JOB_COMPLETION_INDEX=5", "VAMPNET_SHARDS=6")]
    [InlineData(0, 1, "SLURM_JOB_ID=77")]
    public void OfEnvironment_Variables_GiveIndexAndCount(int index, int count, params string[] variables)
    {
        Shard shard = Shard.OfEnvironment(name => Read(variables, name));

        Assert.Equal((index, count), (shard.Index, shard.Count));
    }

    [Theory]
    [InlineData("JOB_COMPLETION_INDEX=5")]
    [InlineData("JOB_COMPLETION_INDEX=6", "VAMPNET_SHARDS=6")]
    [InlineData("SLURM_ARRAY_TASK_ID=3")]
    [InlineData("SLURM_ARRAY_TASK_ID=3", "SLURM_ARRAY_TASK_COUNT=3", "SLURM_ARRAY_TASK_MIN=1", "SLURM_ARRAY_TASK_MAX=8")]
    [InlineData("SLURM_ARRAY_TASK_ID=2", "SLURM_ARRAY_TASK_COUNT=3", "SLURM_ARRAY_TASK_MIN=1", "SLURM_ARRAY_TASK_MAX=5")]
    [InlineData("SLURM_ARRAY_TASK_ID=x", "SLURM_ARRAY_TASK_COUNT=3")]
    public void OfEnvironment_VariablesThatDoNotSay_AreWrongUsage(params string[] variables) =>
        Assert.Contains(
            "give --shard I/N",
            Assert.Throws<UsageException>(() => Shard.OfEnvironment(name => Read(variables, name))).Message,
            StringComparison.Ordinal
        );

    private static string? Read(string[] variables, string name) =>
        variables.FirstOrDefault(each => each.StartsWith($"{name}=", StringComparison.Ordinal))?[(name.Length + 1)..];
}
