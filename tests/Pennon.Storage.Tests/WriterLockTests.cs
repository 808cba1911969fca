using Pennon.Lance;
using Pennon.TestSupport;

namespace Pennon.Storage.Tests;

/// <summary>One writer a folder.</summary>
public sealed class WriterLockTests
{
    [Fact]
    public void A_second_writer_is_told_to_wait_until_the_first_is_done()
    {
        using var folder = new TempFolder("lock");
        using (WriterLock.Take(folder))
        {
            var error = Assert.Throws<ConflictException>(() => WriterLock.Take(folder));
            Assert.True(error.IsRetryable);
            Assert.Contains(folder.FullName, error.Message, StringComparison.Ordinal);
        }

        WriterLock.Take(folder).Dispose();
    }

    [Fact]
    public void The_folder_is_created_and_the_file_of_a_writer_that_died_does_not_matter()
    {
        using var folder = new TempFolder("lock");
        var database = folder.Path("new", "database");
        WriterLock.Take(database).Dispose();
        var file = Assert.Single(Directory.GetFiles(database));
        File.WriteAllText(file, "left over");

        WriterLock.Take(database).Dispose();
    }

    [Fact]
    public void A_store_that_is_no_folder_has_no_lock()
    {
        using var one = WriterLock.Take(null);
        using var two = WriterLock.Take(null);
        Assert.NotSame(one, two);
    }

    [Fact]
    public void Disposing_twice_does_not_give_away_the_lock_of_the_next_writer()
    {
        using var folder = new TempFolder("lock");
        var first = WriterLock.Take(folder);
        first.Dispose();
        using var second = WriterLock.Take(folder);
        first.Dispose();
        Assert.Throws<ConflictException>(() => WriterLock.Take(folder));
    }

    [Fact]
    public void Of_many_threads_one_gets_the_lock()
    {
        using var folder = new TempFolder("lock");
        using var start = new Barrier(6);
        var locks = new WriterLock?[6];
        var threads = Enumerable.Range(0, 6).Select(i => new Thread(() =>
        {
            start.SignalAndWait();
            try
            {
                locks[i] = WriterLock.Take(folder);
            }
            catch (ConflictException)
            {
                locks[i] = null;
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        Assert.Single(locks, taken => taken is not null);
        Array.ForEach(locks, taken => taken?.Dispose());
    }
}
